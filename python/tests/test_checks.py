"""scikit-learn's own checks; none is expected to fail."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from cae import ConcreteAutoencoderSelector

# Few epochs: the checks are about shapes, types and attributes.
SELECTORS = [
    ConcreteAutoencoderSelector(k=3, epochs=20),
    ConcreteAutoencoderSelector(k=3, epochs=20, missing="mean", options={"search": "none", "refit": False, "compare": False}),
]


@parametrize_with_checks(SELECTORS)
def test_estimator(estimator, check):
    check(estimator)
