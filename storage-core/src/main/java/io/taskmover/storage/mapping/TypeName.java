package io.taskmover.storage.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a stored object of a sealed type is called, so that renaming or moving the class breaks no data. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE})
public @interface TypeName {
    /** On a permitted class: its name; without it, it is the simple name. */
    String value() default "";

    /** On the sealed type: the JSON member, or for an entity the column, that holds the name. */
    String member() default "type";
}
