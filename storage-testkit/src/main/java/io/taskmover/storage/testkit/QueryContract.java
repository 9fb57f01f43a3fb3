package io.taskmover.storage.testkit;

/** The same query gives the same rows everywhere: logic, text, nested values, expressions, order. */
public interface QueryContract
        extends LogicContract, TextQueryContract, NestedPathContract, ExpressionContract, SortContract {}
