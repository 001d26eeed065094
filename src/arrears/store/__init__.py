"""The operational store: schema, migrations, and one module of SQL per daytime stage, on SQLite and PostgreSQL."""
