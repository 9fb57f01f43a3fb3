package io.taskmover.storage.query;

import org.jspecify.annotations.Nullable;

/**
 * What a part of a JDQL text means: a condition or an expression, the other is null.
 *
 * @param start the token that it begins with
 * @param depth how deep its expressions nest
 */
record JdqlNode(
        JdqlToken start,
        @Nullable Condition condition,
        @Nullable Expression expression,
        int depth) {}
