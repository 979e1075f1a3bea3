"""Taking factors over from other products, without their owners noticing (docs/migration.md, decision 17).

`people` reads the old accounts, `otp` and `allauth` what each has there, `taking` makes factors of it.
"""
