from customers import countries


def test_german_names_stand_where_germans_look_for_them():
    names = [name for _, name in countries.choices("de")]

    assert names.index("Norwegen") < names.index("Österreich") < names.index("Polen")
    assert names.index("Dänemark") < names.index("Deutschland")


def test_english_names_stand_in_their_order():
    names = [name for _, name in countries.choices("en")]

    assert names == sorted(names)
