package io.taskmover.storage.mapping;

import java.util.function.Function;

/**
 * Turns values of a class that the mapping does not know, or should store differently, into values that it knows.
 * Thread-safe. Null never gets here: it is stored as null.
 *
 * @param <A> the property's type
 * @param <B> the type to store in its place: any that can be a property itself
 */
public interface Converter<A, B> {

    /** The class of {@link #toStored}'s results. */
    Class<B> storedType();

    /** @throws IllegalArgumentException if {@code value} cannot be stored, with a phrase like "must be in euros" */
    B toStored(A value);

    /** @throws IllegalArgumentException if {@code stored} is not what {@link #toStored} makes */
    A fromStored(B stored);

    /** A converter of two functions: {@code Converter.of(String.class, Money::toString, Money::parse)}. */
    static <A, B> Converter<A, B> of(
            Class<B> storedType,
            Function<? super A, ? extends B> toStored,
            Function<? super B, ? extends A> fromStored) {
        return new Converter<>() {
            @Override
            public Class<B> storedType() {
                return storedType;
            }

            @Override
            public B toStored(A value) {
                return toStored.apply(value);
            }

            @Override
            public A fromStored(B stored) {
                return fromStored.apply(stored);
            }
        };
    }
}
