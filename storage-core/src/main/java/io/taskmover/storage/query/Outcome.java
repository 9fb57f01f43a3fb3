package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Operator;

/** What an operator answers for each way in which two values can compare, looked up once rather than for each row. */
final class Outcome {
    final int less;
    final int equal;
    final int greater;

    Outcome(Operator operator) {
        this.less = Truth.of(operator.holds(-1));
        this.equal = Truth.of(operator.holds(0));
        this.greater = Truth.of(operator.holds(1));
    }

    int of(int order) {
        return order < 0 ? less : order == 0 ? equal : greater;
    }

    /** Whether only equality matters, and the order need not be known. */
    boolean isEquality() {
        return less == greater;
    }
}
