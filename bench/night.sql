-- The same night as one hand-written DuckDB script: a loan tape with people, contact points, holds and contacts, the
-- cn and house law packs and the policy default-2026-11, with every rule, word and number written out by hand.
-- It takes the prices, the slack around them and the shares at ties from the night it is compared with, makes one
-- pass at those prices for the bound, and works out everything else itself. `bench/night.py` fills in the names in
-- dollar signs and compares plan and queue row by row.

CREATE MACRO by6(n, a, b, c, d, e, f) AS
    CASE n WHEN 0 THEN a WHEN 1 THEN b WHEN 2 THEN c WHEN 3 THEN d WHEN 4 THEN e ELSE f END;
CREATE MACRO by7(n, a, b, c, d, e, f, g) AS
    CASE n WHEN 0 THEN a WHEN 1 THEN b WHEN 2 THEN c WHEN 3 THEN d WHEN 4 THEN e WHEN 5 THEN f ELSE g END;
CREATE MACRO payday(near, yes) AS CASE near WHEN 'yes' THEN yes ELSE 1.0::DOUBLE END;
CREATE MACRO cents(x) AS floor(x + 0.5)::BIGINT;
CREATE MACRO days_since(second, shift) AS
    $today_number - floor((second + shift)::DOUBLE / 86400)::BIGINT;
CREATE MACRO harm(attempts, vulnerable, complaint, fatigue) AS
    cents((by6(attempts, 1.0::DOUBLE, 1.3::DOUBLE, 1.7::DOUBLE, 2.3::DOUBLE, 3.2::DOUBLE, 4.5::DOUBLE) * complaint
           + (attempts + 1)::DOUBLE * fatigue) * CASE WHEN vulnerable THEN 3.0::DOUBLE ELSE 1.0::DOUBLE END);
CREATE MACRO worth(gross, cost, harmed) AS
    CASE WHEN gross IS NULL THEN $not_allowed ELSE least(gross, $max_value) - cost - least(harmed, $max_value) END;

-- stage: zones
CREATE TEMP TABLE zones AS
SELECT
    time_zone AS zone,
    (epoch(TIMESTAMP '$day 12:00') - epoch(timezone(time_zone, TIMESTAMP '$day 12:00')))::BIGINT AS shift,
    epoch(timezone(time_zone, TIMESTAMP '$day 00:00'))::BIGINT AS day_starts,
    epoch(timezone(time_zone, TIMESTAMP '$day 09:30'))::BIGINT AS sms_s,
    epoch(timezone(time_zone, TIMESTAMP '$day 09:00'))::BIGINT AS post_s,
    epoch(timezone(time_zone, TIMESTAMP '$day 10:00'))::BIGINT AS call_s,
    timezone(time_zone, TIMESTAMP '$day 08:00') AS opens_at,
    timezone(time_zone, TIMESTAMP '$day 22:00') AS closes_at
FROM (SELECT DISTINCT time_zone FROM '$book/persons.parquet' WHERE time_zone IS NOT NULL);

CREATE TEMP TABLE held AS
WITH running AS (
    SELECT
        person_id, kind, min(placed_on) AS since_on, bool_or(ends_on IS NULL) AS open_ended, max(ends_on) AS last_on,
        CASE kind WHEN 'deceased' THEN 0 WHEN 'dispute' THEN 1 WHEN 'represented' THEN 2 WHEN 'complaint' THEN 3
                  WHEN 'hardship' THEN 4 WHEN 'stop' THEN 5 WHEN 'incident' THEN 6 WHEN 'plan' THEN 7
                  WHEN 'promise' THEN 8 ELSE 9 END AS rank
    FROM '$book/holds.parquet'
    WHERE placed_on <= DATE '$day' AND learned_on <= DATE '$day' AND (ends_on IS NULL OR ends_on > DATE '$day')
    GROUP BY person_id, kind
)
SELECT
    person_id AS of_person, string_agg(kind, ',' ORDER BY kind) AS holds, arg_min(kind, (rank, kind)) AS first_kind,
    arg_min(since_on, (rank, kind)) AS held_since_on,
    CASE WHEN NOT arg_min(open_ended, (rank, kind)) THEN arg_min(last_on, (rank, kind)) END AS held_until_on
FROM running GROUP BY person_id;

-- stage: aged
COPY (
    WITH dated AS (
        SELECT
            *, loan_status IN ('active', 'charged_off') AS is_ageing,
            CASE WHEN loan_status NOT IN ('active', 'charged_off') THEN 'not_overdue'
                 WHEN oldest_unpaid_due_on IS NOT NULL THEN 'due_date'
                 WHEN reported_days_past_due IS NOT NULL THEN 'reported_days'
                 WHEN overdue_cents = 0 THEN 'not_overdue' ELSE 'unknown' END AS age_source
        FROM '$book/accounts.parquet'
    ),
    aged AS (
        SELECT
            *,
            CASE age_source WHEN 'not_overdue' THEN 0
                            WHEN 'due_date' THEN greatest(DATE '$day' - oldest_unpaid_due_on, 0)
                            WHEN 'reported_days' THEN greatest(reported_days_past_due, 0) END::INTEGER AS dpd
        FROM dated
    ),
    amounts AS (
        SELECT
            *,
            CASE WHEN dpd > 0 THEN CASE age_source WHEN 'due_date' THEN oldest_unpaid_due_on
                                        WHEN 'reported_days' THEN (DATE '$day' - dpd)::DATE END END AS late_since_on,
            CASE WHEN NOT is_ageing THEN 0 WHEN overdue_cents IS NOT NULL THEN overdue_cents WHEN dpd = 0 THEN 0
                 END AS late_cents,
            CASE WHEN dpd IS NULL THEN NULL WHEN dpd <= 0 THEN 'M0' WHEN dpd <= 30 THEN 'M1' WHEN dpd <= 60 THEN 'M2'
                 WHEN dpd <= 90 THEN 'M3' WHEN dpd <= 120 THEN 'M4' WHEN dpd <= 150 THEN 'M5'
                 WHEN dpd <= 180 THEN 'M6' ELSE 'M7+' END AS m
        FROM aged
    )
    SELECT
        a.account_id, a.person_id, lender_id, product, currency, loan_status, age_source, dpd AS days_past_due,
        dpd AS delinquent_days, late_since_on AS oldest_unpaid_due_on, late_since_on AS delinquent_since_on,
        late_cents AS overdue_cents,
        CASE WHEN late_cents = 0 THEN 0::BIGINT END AS overdue_principal_cents,
        CASE WHEN late_cents = 0 THEN 0::BIGINT END AS overdue_interest_cents,
        CASE WHEN late_cents = 0 THEN 0::BIGINT END AS overdue_fee_cents,
        CASE WHEN late_cents = 0 THEN 0::BIGINT END AS overdue_penalty_cents,
        balance_cents AS outstanding_cents, balance_cents AS lender_balance_cents, NULL::VARCHAR AS balance_reason,
        m AS bucket, FALSE AS paused,
        CASE WHEN dpd IS NULL THEN NULL WHEN dpd > 360 THEN 'loss' WHEN dpd > 270 THEN 'doubtful'
             WHEN dpd > 90 THEN 'substandard' WHEN dpd > 0 THEN 'special_mention' ELSE 'normal' END AS risk_class,
        CASE WHEN loan_status IN ('charged_off', 'written_off', 'closed') THEN 'end' WHEN dpd >= 181 THEN 'end'
             WHEN dpd >= 91 THEN 'decline' WHEN dpd >= 31 THEN 'maturity' WHEN dpd >= 1 THEN 'growth'
             WHEN dpd IS NOT NULL THEN 'before_due' END AS stage,
        CASE WHEN loan_status IN ('charged_off', 'written_off', 'closed') THEN 'loan_status'
             WHEN dpd IS NOT NULL THEN 'delinquent_days' END AS stage_fact,
        CASE WHEN occupation IN ('white_collar', 'retired_public', 'business_owner', 'worker', 'other') THEN occupation
             WHEN occupation IS NOT NULL THEN 'other' END AS segment,
        CASE WHEN occupation IS NOT NULL THEN 'occupation' END AS segment_fact,
        CASE WHEN p.vulnerability IS NOT NULL THEN p.vulnerability WHEN occupation = 'retired_public' THEN 'retired'
             END AS vulnerability,
        CASE WHEN p.vulnerability IS NOT NULL THEN 'vulnerability' WHEN occupation = 'retired_public' THEN 'occupation'
             END AS vulnerability_fact,
        coalesce(h.holds, '') AS holds,
        CASE WHEN a.person_id IS NULL THEN 'held_for_missing_borrower'
             WHEN first_kind IS NOT NULL THEN
                 CASE first_kind WHEN 'deceased' THEN 'held_for_death' WHEN 'dispute' THEN 'held_for_dispute'
                      WHEN 'represented' THEN 'held_for_representation' WHEN 'complaint' THEN 'held_for_complaint'
                      WHEN 'hardship' THEN 'held_for_hardship' WHEN 'stop' THEN 'held_for_stop_request'
                      WHEN 'plan' THEN 'held_for_plan_being_kept' WHEN 'promise' THEN 'held_for_open_promise'
                      ELSE 'held_for_incident' END
             WHEN m IS NULL THEN 'held_for_missing_age'
             WHEN late_cents IS NULL THEN 'held_for_missing_overdue_amount'
             WHEN time_zone IS NULL THEN 'held_for_missing_time_zone' END AS held_reason,
        CASE WHEN a.person_id IS NULL THEN 'person_id' WHEN first_kind IS NOT NULL THEN 'holds'
             WHEN m IS NULL THEN 'bucket' WHEN late_cents IS NULL THEN 'overdue_cents'
             WHEN time_zone IS NULL THEN 'time_zone' END AS held_fact,
        held_since_on, held_until_on, time_zone, payday
    FROM amounts AS a
    LEFT JOIN '$book/persons.parquet' AS p ON p.person_id = a.person_id
    LEFT JOIN held AS h ON h.of_person = a.person_id
    ORDER BY a.account_id
) TO '$out/aged.parquet' ($format);

-- stage: late
CREATE TEMP TABLE late AS
SELECT
    account_id, person_id, product, bucket, stage, time_zone, overdue_cents, coalesce(segment, 'unknown') AS segment,
    vulnerability IS NOT NULL AS vulnerable,
    CASE WHEN payday IS NULL THEN 'unknown' WHEN payday IN ($paydays) THEN 'yes' ELSE 'no' END AS near
FROM '$out/aged.parquet' WHERE held_reason IS NULL AND overdue_cents > 0;

CREATE TEMP TABLE reached AS
SELECT
    person_id,
    arg_min((value, lawful_source), (NOT coalesce(valid, FALSE), contact_point_id))
        FILTER (WHERE channel = 'phone') AS phone,
    arg_min((value, lawful_source), (NOT coalesce(valid, FALSE), contact_point_id))
        FILTER (WHERE channel = 'email') AS email,
    arg_min((value, lawful_source), (NOT coalesce(valid, FALSE), contact_point_id))
        FILTER (WHERE channel = 'address') AS address
FROM '$book/contact_points.parquet'
WHERE coalesce(valid, TRUE) AND person_id IN (SELECT person_id FROM late)
GROUP BY person_id;

CREATE TEMP TABLE tried AS
SELECT
    person_id, count(*)::INTEGER AS n, count(*) FILTER (WHERE "at" >= TIMESTAMPTZ '$week_ago 00:00+00') AS n_7d,
    max("at") AS last_at, bool_or(connected AND channel IN ('call', 'ai_call')) AS answered,
    count(*) FILTER (WHERE channel IN ('call', 'ai_call')) AS n_call,
    max("at") FILTER (WHERE channel IN ('call', 'ai_call')) AS call_at,
    count(*) FILTER (WHERE channel = 'sms') AS n_sms, max("at") FILTER (WHERE channel = 'sms') AS sms_at,
    count(*) FILTER (WHERE channel = 'email') AS n_email, max("at") FILTER (WHERE channel = 'email') AS email_at,
    count(*) FILTER (WHERE channel = 'letter') AS n_letter, max("at") FILTER (WHERE channel = 'letter') AS letter_at
FROM '$book/contacts.parquet'
WHERE direction = 'outbound' AND "at" >= TIMESTAMPTZ '$window_from 00:00+00' AND "at" < TIMESTAMPTZ '$tomorrow 00:00+00'
GROUP BY person_id;

-- Every count of the law in force looks at the local day of the act alone, so only contacts of that day are read.
CREATE TEMP TABLE today AS
SELECT epoch("at")::BIGINT AS second, channel, number, connected, coalesce(o.person_id, c.person_id) AS debtor
FROM '$book/contacts.parquet' AS c LEFT JOIN '$book/accounts.parquet' AS o ON o.account_id = c.account_id
WHERE direction = 'outbound' AND "at" >= TIMESTAMPTZ '$yesterday 00:00+00';

CREATE TEMP TABLE reachable AS
SELECT
    l.*, phone, email, address, shift, day_starts, sms_s, call_s, post_s,
    coalesce(n, 0) AS n, coalesce(n_7d, 0)::BIGINT AS n_7d,
    coalesce(epoch(last_at)::BIGINT, $never) AS last_s, coalesce(n_call, 0) AS n_call, coalesce(n_sms, 0) AS n_sms,
    coalesce(n_email, 0) AS n_email, coalesce(n_letter, 0) AS n_letter,
    coalesce(epoch(call_at)::BIGINT, $never) AS call_last, coalesce(epoch(sms_at)::BIGINT, $never) AS sms_last,
    coalesce(epoch(email_at)::BIGINT, $never) AS email_last,
    coalesce(epoch(letter_at)::BIGINT, $never) AS letter_last,
    CASE WHEN t.person_id IS NULL THEN 'unknown' WHEN answered THEN 'yes' ELSE 'no' END AS answered
FROM late AS l
LEFT JOIN zones ON zone = time_zone
LEFT JOIN reached AS r USING (person_id)
LEFT JOIN tried AS t ON t.person_id = l.person_id;

-- stage: ready
CREATE TEMP TABLE counted AS
SELECT
    account_id,
    count(*) FILTER (WHERE by_number AND second <= call_s) AS dialled,
    count(*) FILTER (WHERE NOT by_number AND channel IN ('call', 'ai_call') AND coalesce(connected, TRUE)
                           AND second <= call_s) AS talked,
    count(*) FILTER (WHERE NOT by_number AND channel IN ('sms', 'email') AND second <= sms_s) AS sent_by_sms_time,
    count(*) FILTER (WHERE NOT by_number AND channel IN ('sms', 'email') AND second <= post_s) AS sent_by_email_time
FROM (
    SELECT account_id, day_starts, call_s, sms_s, post_s, c.*, TRUE AS by_number
    FROM reachable AS l JOIN today AS c ON c.number = l.phone[1] AND c.channel IN ('call', 'ai_call')
    UNION ALL
    SELECT account_id, day_starts, call_s, sms_s, post_s, c.*, FALSE AS by_number
    FROM reachable AS l JOIN today AS c ON c.debtor = l.person_id
)
WHERE second >= day_starts GROUP BY account_id;

CREATE TEMP TABLE ready AS
WITH offered AS (
    SELECT
        *,
        stage IN ('growth', 'maturity') AND overdue_cents >= 1000 AS fits_sms,
        stage IN ('growth', 'maturity', 'decline') AND overdue_cents >= 1000 AS fits_email,
        stage IN ('growth', 'maturity', 'decline') AND overdue_cents >= 10000 AND NOT vulnerable
            AND answered <> 'yes' AS fits_first,
        stage IN ('growth', 'maturity', 'decline') AND overdue_cents >= 10000 AND NOT vulnerable
            AND answered = 'yes' AS fits_again,
        stage IN ('growth', 'maturity', 'decline', 'end') AND overdue_cents >= 10000 AND vulnerable AS fits_care,
        stage IN ('maturity', 'decline', 'end') AND overdue_cents >= 50000 AS fits_letter,
        stage IN ('maturity', 'decline', 'end') AND overdue_cents >= 100000 AS fits_human,
        days_since(last_s, shift) AS waited
    FROM reachable
),
opened AS (
    SELECT
        *,
        coalesce(waited >= 2 AND days_since(sms_last, shift) >= 4 AND n_sms < 6, FALSE) AS open_sms,
        coalesce(waited >= 2 AND days_since(email_last, shift) >= 4 AND n_email < 6, FALSE) AS open_email,
        coalesce(waited >= 1 AND days_since(call_last, shift) >= 2 AND n_call < 8, FALSE) AS open_call,
        coalesce(n >= 3 AND waited >= 2 AND days_since(letter_last, shift) >= 14 AND n_letter < 2, FALSE) AS open_letter,
        coalesce(n >= 5 AND waited >= 0, FALSE) AS open_human
    FROM offered
),
judged AS (
    SELECT
        o.*,
        CASE WHEN sms_s IS NULL THEN 'unknown' WHEN phone[2] NOT IN ($sources) THEN 'cn.cba_2026.contact_data_sources'
             WHEN (sms_s + shift) % 86400 >= 79200 OR (sms_s + shift) % 86400 < 28800 THEN 'cn.cba_2026.contact_hours'
             WHEN sent_by_sms_time >= 2 THEN 'house.channel.messages_a_day' END AS sms_against,
        CASE WHEN post_s IS NULL THEN 'unknown' WHEN email[2] NOT IN ($sources) THEN 'cn.cba_2026.contact_data_sources'
             WHEN (post_s + shift) % 86400 >= 79200 OR (post_s + shift) % 86400 < 28800
                 THEN 'cn.cba_2026.contact_hours'
             WHEN sent_by_email_time >= 2 THEN 'house.channel.messages_a_day' END AS email_against,
        CASE WHEN call_s IS NULL THEN 'unknown' WHEN phone[2] NOT IN ($sources) THEN 'cn.cba_2026.contact_data_sources'
             WHEN (call_s + shift) % 86400 >= 79200 OR (call_s + shift) % 86400 < 28800
                 THEN 'cn.cba_2026.contact_hours'
             WHEN dialled >= 6 THEN 'cn.cba_2026.dial_attempts'
             WHEN talked >= 3 THEN 'cn.gbt_45251.connected_calls' END AS call_against,
        CASE WHEN post_s IS NULL THEN 'unknown'
             WHEN address[2] NOT IN ($sources) THEN 'cn.cba_2026.contact_data_sources'
             WHEN (post_s + shift) % 86400 >= 79200 OR (post_s + shift) % 86400 < 28800
                 THEN 'cn.cba_2026.contact_hours' END AS letter_against,
        phone IS NOT NULL AS has_phone, email IS NOT NULL AS has_email, address IS NOT NULL AS has_address
    FROM opened AS o LEFT JOIN counted AS c USING (account_id)
),
allowed AS (
    SELECT
        *,
        fits_sms AND has_phone AND open_sms AS may_sms_,
        fits_email AND has_email AND open_email AS may_email_,
        fits_first AND has_phone AND open_call AS may_first_,
        fits_again AND has_phone AND open_call AS may_again_,
        fits_care AND has_phone AND open_call AS may_care_,
        fits_letter AND has_address AND open_letter AS may_letter_,
        fits_human AND open_human AS may_human
    FROM judged
),
lawful AS (
    SELECT
        *,
        may_sms_ AND sms_against IS NULL AS may_sms, may_email_ AND email_against IS NULL AS may_email,
        may_first_ AND call_against IS NULL AS may_first, may_again_ AND call_against IS NULL AS may_again,
        may_care_ AND call_against IS NULL AS may_care, may_letter_ AND letter_against IS NULL AS may_letter,
        least(overdue_cents, $max_value)::DOUBLE AS amount
    FROM allowed
)
SELECT
    account_id, person_id, overdue_cents, vulnerable, n_7d,
    CASE WHEN may_sms OR may_email OR may_first OR may_again OR may_care OR may_letter OR may_human THEN NULL
         WHEN NOT (fits_sms OR fits_email OR fits_first OR fits_again OR fits_care OR fits_letter OR fits_human)
             THEN 'no_treatment_fits'
         WHEN NOT ((fits_sms OR fits_first OR fits_again OR fits_care) AND has_phone OR fits_email AND has_email
                   OR fits_letter AND has_address OR fits_human) THEN 'held_for_missing_contact_point'
         WHEN NOT (may_sms_ OR may_email_ OR may_first_ OR may_again_ OR may_care_ OR may_letter_ OR may_human)
             THEN 'held_for_minimum_wait'
         ELSE 'no_lawful_treatment' END AS blocked_reason,
    CASE WHEN blocked_reason = 'no_lawful_treatment'
         THEN coalesce(
            CASE WHEN has_phone AND fits_sms AND open_sms AND sms_against <> 'unknown' THEN sms_against END,
            CASE WHEN has_email AND fits_email AND open_email AND email_against <> 'unknown' THEN email_against END,
            CASE WHEN has_phone AND (fits_first OR fits_again OR fits_care) AND open_call AND call_against <> 'unknown'
                 THEN call_against END,
            CASE WHEN has_address AND fits_letter AND open_letter AND letter_against <> 'unknown'
                 THEN letter_against END) END AS blocked_provision,
    CASE WHEN may_sms THEN cents(
        amount * CASE stage WHEN 'growth' THEN 0.009::DOUBLE WHEN 'maturity' THEN 0.0018::DOUBLE ELSE 0.0::DOUBLE END
        * payday(near, 1.25::DOUBLE)
        * CASE segment WHEN 'white_collar' THEN 1.1::DOUBLE WHEN 'business_owner' THEN 0.9::DOUBLE
                       WHEN 'retired_public' THEN 1.05::DOUBLE ELSE 1.0::DOUBLE END
        * by6(n, 1.0::DOUBLE, 0.8::DOUBLE, 0.62::DOUBLE, 0.48::DOUBLE, 0.36::DOUBLE, 0.27::DOUBLE)) END AS gross_0,
    CASE WHEN may_email THEN cents(
        amount * CASE stage WHEN 'growth' THEN 0.0045::DOUBLE WHEN 'maturity' THEN 0.0015::DOUBLE
                            WHEN 'decline' THEN 0.0005::DOUBLE ELSE 0.0::DOUBLE END
        * payday(near, 1.2::DOUBLE)
        * by6(n, 1.0::DOUBLE, 0.85::DOUBLE, 0.7::DOUBLE, 0.56::DOUBLE, 0.45::DOUBLE, 0.36::DOUBLE)) END AS gross_1,
    CASE WHEN may_first THEN cents(
        amount * CASE stage WHEN 'growth' THEN 0.026::DOUBLE WHEN 'maturity' THEN 0.014::DOUBLE
                            WHEN 'decline' THEN 0.006::DOUBLE ELSE 0.0::DOUBLE END
        * payday(near, 1.15::DOUBLE)
        * CASE segment WHEN 'white_collar' THEN 1.1::DOUBLE WHEN 'business_owner' THEN 0.95::DOUBLE
                       WHEN 'unknown' THEN 0.95::DOUBLE ELSE 1.0::DOUBLE END
        * by7(n, 1.0::DOUBLE, 0.9::DOUBLE, 0.8::DOUBLE, 0.7::DOUBLE, 0.6::DOUBLE, 0.5::DOUBLE, 0.4::DOUBLE))
        END AS gross_2,
    CASE WHEN may_again THEN cents(
        amount * CASE stage WHEN 'growth' THEN 0.018::DOUBLE WHEN 'maturity' THEN 0.012::DOUBLE
                            WHEN 'decline' THEN 0.0065::DOUBLE ELSE 0.0::DOUBLE END
        * payday(near, 1.25::DOUBLE)
        * by7(n, 1.0::DOUBLE, 1.0::DOUBLE, 0.85::DOUBLE, 0.7::DOUBLE, 0.58::DOUBLE, 0.48::DOUBLE, 0.4::DOUBLE))
        END AS gross_3,
    CASE WHEN may_care THEN cents(
        amount * CASE stage WHEN 'growth' THEN 0.02::DOUBLE WHEN 'maturity' THEN 0.014::DOUBLE
                            WHEN 'decline' THEN 0.008::DOUBLE WHEN 'end' THEN 0.004::DOUBLE ELSE 0.0::DOUBLE END
        * by6(n, 1.0::DOUBLE, 0.8::DOUBLE, 0.6::DOUBLE, 0.45::DOUBLE, 0.33::DOUBLE, 0.25::DOUBLE)) END AS gross_4,
    CASE WHEN may_letter THEN cents(
        amount * CASE stage WHEN 'maturity' THEN 0.006::DOUBLE WHEN 'decline' THEN 0.005::DOUBLE
                            WHEN 'end' THEN 0.0025::DOUBLE ELSE 0.0::DOUBLE END
        * CASE answered WHEN 'yes' THEN 0.8::DOUBLE WHEN 'no' THEN 1.15::DOUBLE ELSE 1.0::DOUBLE END) END AS gross_5,
    CASE WHEN may_human THEN cents(
        amount * CASE stage WHEN 'maturity' THEN 0.015::DOUBLE WHEN 'decline' THEN 0.022::DOUBLE
                            WHEN 'end' THEN 0.018::DOUBLE ELSE 0.0::DOUBLE END) END AS gross_6
FROM lawful;

-- stage: units
CREATE TEMP TABLE units AS
SELECT
    person_id, lead_account_id,
    worth(g0, 5, harm(n, frail, 30 * 30000 / 1000000, 20.0::DOUBLE)) AS v0,
    worth(g1, 1, harm(n, frail, 10 * 30000 / 1000000, 8.0::DOUBLE)) AS v1,
    worth(g2, 600, harm(n, frail, 400 * 30000 / 1000000, 150.0::DOUBLE)) AS v2,
    worth(g3, 450, harm(n, frail, 500 * 30000 / 1000000, 200.0::DOUBLE)) AS v3,
    worth(g4, 1100, harm(n, frail, 200 * 30000 / 1000000, 150.0::DOUBLE)) AS v4,
    worth(g5, 500, harm(n, frail, 120 * 30000 / 1000000, 60.0::DOUBLE)) AS v5,
    worth(g6, 4000, harm(n, frail, 0.0::DOUBLE, 0.0::DOUBLE)) AS v6
FROM (
    SELECT
        person_id, min(account_id) AS lead_account_id, bool_or(vulnerable) AS frail, max(n_7d) AS n,
        sum(gross_0)::BIGINT AS g0, sum(gross_1)::BIGINT AS g1, sum(gross_2)::BIGINT AS g2, sum(gross_3)::BIGINT AS g3,
        sum(gross_4)::BIGINT AS g4, sum(gross_5)::BIGINT AS g5, sum(gross_6)::BIGINT AS g6
    FROM ready WHERE blocked_reason IS NULL GROUP BY person_id
);

-- stage: choices
CREATE TEMP TABLE bound AS
SELECT sum(greatest(0, v0 * 65536 - $charge_0, v1 * 65536 - $charge_1, v2 * 65536 - $charge_2, v3 * 65536 - $charge_3,
                    v4 * 65536 - $charge_4, v5 * 65536 - $charge_5, v6 * 65536 - $charge_6)) AS surplus
FROM units;

CREATE TEMP TABLE chosen AS
WITH priced AS (
    SELECT
        *,
        v0 * 65536 - ($charge_0 - $slack_0) AS hi0, v0 * 65536 - ($charge_0 + $slack_0) AS lo0,
        v1 * 65536 - ($charge_1 - $slack_1) AS hi1, v1 * 65536 - ($charge_1 + $slack_1) AS lo1,
        v2 * 65536 - ($charge_2 - $slack_2) AS hi2, v2 * 65536 - ($charge_2 + $slack_2) AS lo2,
        v3 * 65536 - ($charge_3 - $slack_3) AS hi3, v3 * 65536 - ($charge_3 + $slack_3) AS lo3,
        v4 * 65536 - ($charge_4 - $slack_4) AS hi4, v4 * 65536 - ($charge_4 + $slack_4) AS lo4,
        v5 * 65536 - ($charge_5 - $slack_5) AS hi5, v5 * 65536 - ($charge_5 + $slack_5) AS lo5,
        v6 * 65536 - ($charge_6 - $slack_6) AS hi6, v6 * 65536 - ($charge_6 + $slack_6) AS lo6
    FROM units
),
screened AS (
    SELECT
        person_id, lead_account_id, v0, v1, v2, v3, v4, v5, v6,
        CASE WHEN greatest(hi0, hi1, hi2, hi3, hi4, hi5, hi6) < 0 THEN -1
             WHEN lo0 > greatest(0, hi1, hi2, hi3, hi4, hi5, hi6) THEN 0
             WHEN lo1 > greatest(0, hi0, hi2, hi3, hi4, hi5, hi6) THEN 1
             WHEN lo2 > greatest(0, hi0, hi1, hi3, hi4, hi5, hi6) THEN 2
             WHEN lo3 > greatest(0, hi0, hi1, hi2, hi4, hi5, hi6) THEN 3
             WHEN lo4 > greatest(0, hi0, hi1, hi2, hi3, hi5, hi6) THEN 4
             WHEN lo5 > greatest(0, hi0, hi1, hi2, hi3, hi4, hi6) THEN 5
             WHEN lo6 > greatest(0, hi0, hi1, hi2, hi3, hi4, hi5) THEN 6 ELSE -2 END AS choice
    FROM priced
),
tied AS (
    SELECT
        *, row_number() OVER (PARTITION BY v0, v1, v2, v3, v4, v5, v6
                              ORDER BY md5(lead_account_id), lead_account_id) - 1 AS place
    FROM screened WHERE choice = -2
),
settled AS (
    SELECT * EXCLUDE (choice), choice, 1.0::DOUBLE AS propensity FROM screened WHERE choice <> -2
    UNION ALL
    SELECT t.* EXCLUDE (choice, place), s.choice, s.propensity
    FROM tied AS t JOIN '$shares' AS s
        ON t.v0 = s.of_value_0 AND t.v1 = s.of_value_1 AND t.v2 = s.of_value_2 AND t.v3 = s.of_value_3
        AND t.v4 = s.of_value_4 AND t.v5 = s.of_value_5 AND t.v6 = s.of_value_6
        AND t.place >= s.first_place AND t.place < s.after_place
),
netted AS (
    SELECT
        *, [v0 * 65536 - $charge_0, v1 * 65536 - $charge_1, v2 * 65536 - $charge_2, v3 * 65536 - $charge_3,
            v4 * 65536 - $charge_4, v5 * 65536 - $charge_5, v6 * 65536 - $charge_6] AS net,
        [v0, v1, v2, v3, v4, v5, v6] AS v
    FROM settled
),
seconded AS (
    SELECT
        *, greatest(CASE WHEN choice <> 0 THEN net[1] END, CASE WHEN choice <> 1 THEN net[2] END,
                    CASE WHEN choice <> 2 THEN net[3] END, CASE WHEN choice <> 3 THEN net[4] END,
                    CASE WHEN choice <> 4 THEN net[5] END, CASE WHEN choice <> 5 THEN net[6] END,
                    CASE WHEN choice <> 6 THEN net[7] END) AS rest,
        CASE WHEN choice <> 0 AND v0 > 0 AND net[1] = rest THEN 0 WHEN choice <> 1 AND v1 > 0 AND net[2] = rest THEN 1
             WHEN choice <> 2 AND v2 > 0 AND net[3] = rest THEN 2 WHEN choice <> 3 AND v3 > 0 AND net[4] = rest THEN 3
             WHEN choice <> 4 AND v4 > 0 AND net[5] = rest THEN 4 WHEN choice <> 5 AND v5 > 0 AND net[6] = rest THEN 5
             WHEN choice <> 6 AND v6 > 0 AND net[7] = rest THEN 6 ELSE -1 END AS second
    FROM netted
)
SELECT
    person_id, lead_account_id, v0, v1, v2, v3, v4, v5, v6, propensity, choice,
    $names[choice + 1] AS treatment, $names[second + 1] AS second_treatment,
    v[choice + 1] AS value, v[second + 1] AS second_value, greatest(v0, v1, v2, v3, v4, v5, v6) AS best
FROM seconded;

COPY (
    SELECT person_id, lead_account_id, v0 AS value_sms_reminder, v1 AS value_email_reminder, v2 AS value_call_first,
           v3 AS value_call_followup, v4 AS value_call_with_care, v5 AS value_letter, v6 AS value_refer_to_human,
           propensity, treatment, second_treatment, value, second_value
    FROM chosen ORDER BY lead_account_id
) TO '$out/choices.parquet' ($format);

-- stage: plan
COPY (
    WITH both_ AS (
        SELECT
            r.account_id, r.person_id, blocked_reason, blocked_provision, c.treatment, second_treatment, value,
            second_value, propensity, best,
            CASE WHEN blocked_reason IS NULL
                 THEN CASE choice WHEN 0 THEN gross_0 WHEN 1 THEN gross_1 WHEN 2 THEN gross_2 WHEN 3 THEN gross_3
                                  WHEN 4 THEN gross_4 WHEN 5 THEN gross_5 WHEN 6 THEN gross_6 END END AS gain
        FROM ready AS r LEFT JOIN chosen AS c ON c.person_id = r.person_id
    ),
    acted AS (
        SELECT
            *, row_number() OVER (PARTITION BY person_id ORDER BY gain DESC, account_id) = 1 AS is_first,
            sum(gain) OVER (PARTITION BY person_id)::BIGINT AS together
        FROM both_ WHERE gain IS NOT NULL
    ),
    done AS (
        SELECT
            account_id, treatment,
            CASE treatment WHEN 'sms_reminder' THEN 'sms' WHEN 'email_reminder' THEN 'email' WHEN 'letter' THEN 'letter'
                           WHEN 'refer_to_human' THEN 'none' ELSE 'call' END AS channel,
            NULL AS reason, NULL AS provision_id, second_treatment,
            (gain - CASE WHEN is_first THEN together - value ELSE 0 END)::DOUBLE AS value_cents,
            second_value::DOUBLE AS second_value_cents,
            CASE WHEN NOT is_first THEN 0
                 ELSE CASE treatment WHEN 'sms_reminder' THEN 5 WHEN 'email_reminder' THEN 1 WHEN 'call_first' THEN 600
                           WHEN 'call_followup' THEN 450 WHEN 'call_with_care' THEN 1100 WHEN 'letter' THEN 500
                           WHEN 'refer_to_human' THEN 4000 END END::BIGINT AS cost_cents,
            propensity
        FROM acted
        UNION ALL
        SELECT
            account_id, NULL, NULL,
            CASE WHEN blocked_reason IS NOT NULL THEN blocked_reason
                 WHEN treatment IS NOT NULL THEN 'no_second_contact_today'
                 WHEN best <= 0 THEN 'no_treatment_worth_its_cost' ELSE 'no_capacity_left' END,
            blocked_provision, CASE WHEN blocked_reason IS NULL THEN second_treatment END, NULL,
            CASE WHEN blocked_reason IS NULL THEN second_value END::DOUBLE, NULL,
            CASE WHEN blocked_reason IS NULL THEN propensity END
        FROM both_ WHERE gain IS NULL
    )
    SELECT
        a.account_id, person_id, currency, bucket, days_past_due, overdue_cents, outstanding_cents, stage, segment,
        d.treatment, d.channel,
        CASE WHEN overdue_cents = 0 THEN 'no_arrears' WHEN held_reason IS NOT NULL THEN held_reason
             ELSE d.reason END AS reason,
        CASE WHEN held_reason IS NOT NULL AND overdue_cents IS DISTINCT FROM 0 AND held_fact = 'holds'
             THEN CASE WHEN contains(holds, 'complaint') THEN 'house.hold.complaint'
                       WHEN contains(holds, 'deceased') THEN 'house.hold.deceased'
                       WHEN contains(holds, 'dispute') THEN 'house.hold.dispute'
                       WHEN contains(holds, 'hardship') THEN 'house.hold.hardship'
                       WHEN contains(holds, 'incident') THEN 'house.hold.incident'
                       WHEN contains(holds, 'plan') THEN 'house.hold.plan'
                       WHEN contains(holds, 'promise') THEN 'house.hold.promise'
                       WHEN contains(holds, 'represented') THEN 'house.hold.represented'
                       WHEN contains(holds, 'stop') THEN 'house.hold.stop' END
             ELSE d.provision_id END AS provision_id,
        d.second_treatment, d.value_cents, d.second_value_cents, d.cost_cents, d.propensity,
        '$policy_id' AS policy_id, '$law_id' AS law_id
    FROM '$out/aged.parquet' AS a LEFT JOIN done AS d ON d.account_id = a.account_id
    ORDER BY a.account_id
) TO '$out/plan.parquet' ($format);

-- stage: queue
COPY (
    WITH treated AS (
        SELECT p.*, l.time_zone
        FROM '$out/plan.parquet' AS p JOIN late AS l ON l.account_id = p.account_id
        WHERE p.treatment IS NOT NULL
    ),
    items AS (
        SELECT
            person_id,
            first(account_id ORDER BY value_cents DESC, account_id) AS lead_account_id,
            list(account_id ORDER BY account_id) AS account_ids,
            first(treatment ORDER BY value_cents DESC, account_id) AS treatment,
            first(channel ORDER BY value_cents DESC, account_id) AS channel,
            first(currency ORDER BY value_cents DESC, account_id) AS currency,
            first(bucket ORDER BY value_cents DESC, account_id) AS bucket,
            first(stage ORDER BY value_cents DESC, account_id) AS stage,
            first(time_zone ORDER BY value_cents DESC, account_id) AS time_zone,
            sum(overdue_cents)::BIGINT AS overdue_cents, max(days_past_due) AS days_past_due,
            sum(value_cents) AS value_cents
        FROM treated GROUP BY person_id
    ),
    timed AS (
        SELECT
            *, CASE treatment WHEN 'call_first' THEN 8 WHEN 'call_followup' THEN 6 WHEN 'call_with_care' THEN 15
                              WHEN 'letter' THEN 1 WHEN 'refer_to_human' THEN 20 ELSE 0 END AS minutes
        FROM items JOIN zones ON zone = time_zone
    )
    SELECT
        'item-' || substr(sha256('$night_id' || chr(31) || person_id), 1, 16) AS queue_item_id, person_id,
        lead_account_id, account_ids, treatment, channel,
        row_number() OVER (ORDER BY minutes = 0, value_cents / greatest(minutes, 1) DESC, overdue_cents DESC,
                                    person_id) AS priority,
        opens_at AS not_before_at, closes_at AS not_after_at, overdue_cents, currency, days_past_due, bucket, stage,
        value_cents, '$policy_id' AS policy_id, '$law_id' AS law_id
    FROM timed ORDER BY priority
) TO '$out/queue.parquet' ($format);
