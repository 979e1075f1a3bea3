"""Mutants of a few lines, and the table of those that nobody can see."""

from scripts import environment, equivalent, mutants, survivors

PYTHON = """
def opens(now, end):
    if now < end and not blocked:
        spend()
"""
SQL = '''
SPEND = """
    UPDATE code SET left = left - 1 WHERE id = %(code)s AND NOT EXISTS (SELECT 1 FROM block WHERE until > %(now)s)
"""
'''


def written(source: str) -> list[str]:
    return [mutant.line for mutant in mutants.of("file.py", source)]


def test_each_condition_is_moved_turned_round_and_left_out() -> None:
    assert sorted(written(PYTHON)) == [
        "if (not blocked):", "if (now < end):", "if now < end and (blocked):", "if now <= end and not blocked:",
        "pass, not spend()",
    ]  # fmt: skip


def test_so_is_each_of_sql() -> None:
    conditions = [line.partition(" WHERE ")[2] for line in written(SQL)]

    assert "(id = %(code)s OR TRUE) AND NOT EXISTS (SELECT 1 FROM block WHERE until > %(now)s)" in conditions
    assert "id = %(code)s AND (NOT EXISTS (SELECT 1 FROM block WHERE until > %(now)s) OR TRUE)" in conditions
    assert "id = %(code)s AND NOT EXISTS (SELECT 1 FROM block WHERE (until > %(now)s OR TRUE))" in conditions
    assert "id = %(code)s AND NOT EXISTS (SELECT 1 FROM block WHERE until >= %(now)s)" in conditions
    assert "id = %(code)s AND EXISTS (SELECT 1 FROM block WHERE until > %(now)s)" in conditions
    assert any("left = left - 0" in line for line in written(SQL))


def test_a_mutant_changes_nothing_but_its_place() -> None:
    for mutant in mutants.of("file.py", PYTHON):
        assert mutant.apply(PYTHON).replace(mutant.after, mutant.before, 1) == PYTHON


def test_whatever_is_said_to_change_nothing_is_a_mutant_of_today() -> None:
    """A line that was changed since needs a test or a reason of its own."""
    today = {
        str(mutant) for path in survivors.MUTATED for mutant in mutants.of(path, (environment.ROOT / path).read_text())
    }

    assert equivalent.EQUIVALENT.keys() <= today


def test_every_test_it_is_tried_on_exists() -> None:
    chosen = [
        *survivors.QUICK,
        *survivors.SLOW,
        *survivors.RACES,
        *(test for first in survivors.MUTATED.values() for test in first),
    ]

    for test in chosen:
        assert (environment.ROOT / test.partition("::")[0]).exists(), test
