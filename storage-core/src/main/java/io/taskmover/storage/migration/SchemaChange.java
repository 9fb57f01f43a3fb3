package io.taskmover.storage.migration;

/**
 * One difference between what {@link SchemaLock} has of an entity and what its class is now.
 *
 * @param entity the simple name of the class
 * @param property the column or, below it, the member of a nested object, as in {@code address.city}; empty for what is about
 *     the entity as a whole
 * @param before what it was; empty if it was not there
 * @param after what it is now; empty if it is not there any more
 * @param compatible whether all data that is there is still loaded and saved as it was
 * @param effect what the change does to data that is there
 * @param remedy what to do about that; empty if the change is compatible
 */
public record SchemaChange(
        String entity, String property, String before, String after, boolean compatible, String effect, String remedy) {

    /** {@code Task.priority: was Integer, is int: rows without a value … Keep it an Integer, or …}. */
    @Override
    public String toString() {
        String place = property.isEmpty() ? entity : entity + "." + property;
        String what = before.isEmpty()
                ? "is new, " + after
                : after.isEmpty() ? "is gone, was " + before : "was " + before + ", is " + after;
        return place + ": " + what + ": " + effect + (remedy.isEmpty() ? "" : ". " + remedy);
    }
}
