"""Asserts in the modules that these tests share tell as much as those in the tests."""

import pytest

pytest.register_assert_rewrite("tests.kit.guarded", "tests.kit.wire")
