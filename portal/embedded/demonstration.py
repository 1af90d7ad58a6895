"""The demonstration's sign-ins, as `make run` prints them. They are made by `manage.py seed_demo` and nothing else."""

SIGN_INS = (
    ("enterprise@demo.example", "owner of an enterprise"),
    ("editor@demo.example", "editor in the same enterprise"),
    ("viewer@demo.example", "viewer in the same enterprise"),
    ("stranger@demo.example", "owner of another enterprise"),
    ("epd@demo.example", "officer, Hong Kong"),
    ("gdeic@demo.example", "officer, Guangdong"),
    ("secretariat-hk@demo.example", "secretariat, Hong Kong side"),
    ("secretariat-gd@demo.example", "secretariat, Guangdong side"),
    ("organiser@demo.example", "ceremony organiser"),
    ("auditor@demo.example", "auditor, reads everything that is not sealed"),
    ("admin@demo.example", "administrator"),
)
