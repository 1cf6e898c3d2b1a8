"""scikit-learn's own checks; none is expected to fail."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from cae import ConcreteAutoencoderSelector


# Few epochs: the checks are about shapes, types and attributes.
@parametrize_with_checks([ConcreteAutoencoderSelector(k=3, epochs=20)])
def test_estimator(estimator, check):
    check(estimator)
