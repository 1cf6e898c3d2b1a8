"""scikit-learn's own checks."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from cae import ConcreteAutoencoderSelector


_DIVIDED = "which rows are held out, and the batches, depend on the rows that are there: a row left out is no row of weight 0"
_EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": _DIVIDED,
    "check_sample_weight_equivalence_on_sparse_data": _DIVIDED,
}


# Few epochs: the checks are about shapes, types and attributes.
@parametrize_with_checks(
    [ConcreteAutoencoderSelector(k=3, epochs=20)], expected_failed_checks=lambda estimator: _EXPECTED
)
def test_estimator(estimator, check):
    check(estimator)
