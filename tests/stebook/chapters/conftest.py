"""Hand out the answers of a test module one by one."""


def pytest_generate_tests(metafunc):
    for name in ("right", "wrong"):
        if name in metafunc.fixturenames:
            cases = getattr(metafunc.module, name.upper())
            ids = [f"{check.__name__}-{i}" for i, (check, *_) in enumerate(cases)]
            metafunc.parametrize(name, cases, ids=ids)
