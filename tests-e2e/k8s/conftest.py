import pytest

from . import rendering


@pytest.fixture(scope="session", autouse=True)
def kubectl() -> str:
    """Skip, and say so, where there is no kubectl."""
    try:
        return rendering.kubectl()
    except rendering.NoKubectlError as reason:
        pytest.skip(f"k8s/ is not rendered: {reason}")
