package io.taskmover.storage.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Former names, so that data written under them is still found: of a property's column or, inside of a nested class, of its
 * JSON member, and of an enum's constant. What is written has the name of now, but for a column, which keeps the one that the
 * table has for it.
 *
 * <p>Equality, {@code in} and null tests look under every name of a member or constant. Orders and comparisons by size see a
 * constant's stored names, and an order by a member with an alias is refused. An alias that could mean two things is a
 * {@link io.taskmover.storage.error.MappingException} where the mapping is worked out.
 *
 * <pre>{@code
 * record Task(String id, @Alias("name") String title, State state) {}
 * enum State { @Alias("TODO") OPEN, DONE }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Alias {
    /** At least one; where data could have more than one of them, the first that is there counts. */
    String[] value();
}
