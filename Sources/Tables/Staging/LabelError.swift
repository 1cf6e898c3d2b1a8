/// More classes than a column of classes has.
struct LabelError: Error { let limit: Int }
