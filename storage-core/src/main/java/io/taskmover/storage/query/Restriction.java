package io.taskmover.storage.query;

/**
 * A {@link Condition} on entities of one type: the compiler refuses a field of another entity.
 *
 * @param <T> the entity; a restriction of {@link Object} fits every entity
 */
public record Restriction<T>(Condition condition) {

    public Restriction<T> and(Restriction<? super T> other) {
        return new Restriction<>(condition.and(other.condition));
    }

    public Restriction<T> or(Restriction<? super T> other) {
        return new Restriction<>(condition.or(other.condition));
    }

    public Restriction<T> not() {
        return new Restriction<>(condition.not());
    }
}
