#pragma once
#include <cblas.h>
#include <openblas_config.h>
#include <stddef.h>

// LAPACK's routines in OpenBLAS, which some distributions ship without a header. Matrices are column-major; the
// lengths of the character arguments come last.
void dpotrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info, size_t);
void dpotri_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *info, size_t);
void dsyevr_(const char *jobz, const char *range, const char *uplo, const blasint *n, double *a,
             const blasint *lda, const double *vl, const double *vu, const blasint *il, const blasint *iu,
             const double *abstol, blasint *m, double *w, double *z, const blasint *ldz, blasint *isuppz,
             double *work, const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info, size_t,
             size_t, size_t);
