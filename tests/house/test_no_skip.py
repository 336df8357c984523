"""In CI nothing is skipped: the hook of tests/conftest.py, run on tests of its own."""

from pathlib import Path

import pytest


@pytest.fixture
def skipping(pytester: pytest.Pytester, root: Path) -> pytest.Pytester:
    """A folder with our conftest and tests that pass, skip in each way, and fail as expected."""
    pytester.makeconftest((root / "tests/conftest.py").read_text("utf-8").replace('pytest_plugins = ["pytester"]', ""))
    pytester.makepyfile(
        test_one="""
        import pytest

        def test_passes(): pass
        def test_skips(): pytest.skip("needs a moon (buy one)")
        @pytest.mark.skip(reason="never")
        def test_marked(): pass
        @pytest.mark.xfail
        def test_expected(): assert False
        """,
        test_two='import pytest; pytest.skip("needs a sun", allow_module_level=True)',
    )
    return pytester


def test_outside_ci_a_skip_is_a_skip(skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without the means, a test is skipped with its reason and nothing fails."""
    monkeypatch.delenv("CAN_I_CI", raising=False)
    ran = skipping.runpytest_subprocess("-p", "no:randomly", "-rs")
    ran.assert_outcomes(passed=1, skipped=3, xfailed=1)
    ran.stdout.fnmatch_lines(["*needs a moon (buy one)*"])


def test_in_ci_every_skip_fails(skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """With CAN_I_CI set, every way to skip is a failure that keeps its reason; an expected failure stays one."""
    monkeypatch.setenv("CAN_I_CI", "1")
    alone = skipping.runpytest_subprocess("-p", "no:randomly", "test_one.py")
    alone.assert_outcomes(passed=1, failed=1, errors=1, xfailed=1)
    alone.stdout.fnmatch_lines(["*nothing may be skipped: *needs a moon (buy one)*"])
    module = skipping.runpytest_subprocess("-p", "no:randomly", "test_two.py")
    module.assert_outcomes(errors=1)
    assert module.ret != 0
