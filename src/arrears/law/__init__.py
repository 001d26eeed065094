"""
The law as data: provisions, what they permit at a minute, and what they permit for a whole book at night.

Never: knows what a queue, a case or a page is. Reads files only in `load.py`, and only packs.

    from arrears.law.load import load_law, LawRefused
        load_law(packs, run_on, policy=None) -> Law
            packs   jurisdictions, e.g. ["cn"]; the house pack is always under them
            run_on  the day of the run: a provision last read more than 365 days before it stops the load
            policy  a directory of the lender's own provisions, same shape, on top
            raises  LawRefused (an Unusable, exit 2) with .problems: file, line, what, why, what to do
        Law.on(day)          provisions in force, in the fixed order of reporting
        Law.get(id, day)     one provision
        Law.law_id           hash of everything the law says
        Law.pinned_to(day)   the same, judging every act by that day's law (for books older than the packs)

    from arrears.law.judge import judge
        judge(law, act, standing, history) -> Verdict      shapes in law/act.py
            history: contacts of this debtor (every account, every agency) and of the number about to be used
            verdict.allowed, .against (every finding, first by the fixed order), .allowed_again_at

    from arrears.law.columns import judge_columns, ACTS, OPTIONAL_ACTS, HISTORY, VERDICTS
        judge_columns(law, acts, history, *, as_of, zones=None) -> table of act_id, allowed, reason, provision_id
            acts lie within as_of - 2 … as_of + 10 days; zones names the time zones in use (quicker than all)

A time zone is an IANA name, several plausible ones joined by "|" (lawful only where lawful in each), or unknown,
which is held and never assumed.
"""
