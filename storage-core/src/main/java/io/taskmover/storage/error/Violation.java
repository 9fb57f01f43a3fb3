package io.taskmover.storage.error;

/**
 * One rule that one value of a row breaks.
 *
 * @param column the column; where a constraint of Jakarta Validation on the entity is broken, the path of the property, as in
 *     {@code address.city}, or the name of the class
 * @param rule what the value should be, as a phrase: {@code must not be null}, {@code must be at most 40 characters}
 */
public record Violation(String column, String rule) {
    @Override
    public String toString() {
        return column + " " + rule;
    }
}
