package io.taskmover.storage.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that has a value for each row. Null in, null out, as in SQL. Immutable. */
public sealed interface Expression
        permits Path,
                Expression.Literal,
                Expression.Parameter,
                Expression.Arithmetic,
                Expression.Negation,
                Expression.Concatenation,
                Expression.Call {

    /** A value that is known; null is SQL's null. Once bound it has the class of the type it is compared with. */
    record Literal(@Nullable Object value) implements Expression {}

    /**
     * A value to be given when the query runs.
     *
     * @param name {@code name} of {@code :name}, or {@code 1} of {@code ?1}
     */
    record Parameter(String name) implements Expression {}

    /** Two numbers combined. INTEGER with INTEGER is INTEGER: division truncates, overflow and division by zero fail. */
    record Arithmetic(Operator operator, Expression left, Expression right) implements Expression {
        /** The four operations. */
        public enum Operator {
            ADD("+"),
            SUBTRACT("-"),
            MULTIPLY("*"),
            DIVIDE("/");

            private final String symbol;

            Operator(String symbol) {
                this.symbol = symbol;
            }

            public String symbol() {
                return symbol;
            }
        }
    }

    /** A number with its sign changed. */
    record Negation(Expression operand) implements Expression {}

    /** Two texts joined: {@code ||}. */
    record Concatenation(Expression left, Expression right) implements Expression {}

    /** A function of one or two arguments. */
    record Call(Function function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** The functions of JDQL. Text is counted in code points; case mapping is of ASCII only. */
    enum Function {
        ABS(1),
        LENGTH(1),
        LOWER(1),
        UPPER(1),
        /** {@code LEFT(text, n)}: the first n code points. */
        LEFT(2),
        /** {@code RIGHT(text, n)}: the last n code points. */
        RIGHT(2);

        private final int arity;

        Function(int arity) {
            this.arity = arity;
        }

        /** The number of arguments. */
        public int arity() {
            return arity;
        }
    }
}
