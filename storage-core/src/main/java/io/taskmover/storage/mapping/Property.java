package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A property of a class.
 *
 * @param name a record component's, field's or constructor parameter's, or what {@code getName} or {@code isName} give
 * @param accessor what a method reference to its getter is called without {@code get} or {@code is}; mostly the name
 * @param type its generic type, type variables resolved
 * @param getter of type {@code (C)V}
 * @param setter of type {@code (C,V)void}; null if the constructor takes the value
 * @param sources where annotations may stand
 */
record Property(
        String name,
        String accessor,
        Type type,
        MethodHandle getter,
        @Nullable MethodHandle setter,
        List<AnnotatedElement> sources) {

    Class<?> raw() {
        return Types.raw(type);
    }

    /** The names that it says it was stored under before. */
    List<String> aliases() {
        Alias alias = annotation(Alias.class);
        return alias == null ? List.of() : List.of(alias.value());
    }

    /** What is said of an alias that stands for more than one thing. */
    static MappingException ambiguous(String alias, Class<?> owner, String property, String other) {
        return new MappingException("The alias '" + alias + "' of property '" + property + "' of " + owner.getName()
                + (property.equals(other)
                        ? " is there twice, or is its own name"
                        : " is a name of property '" + other + "' too")
                + "; what is stored under a name belongs to one property");
    }

    boolean has(Class<? extends Annotation> annotation) {
        return annotation(annotation) != null;
    }

    <A extends Annotation> @Nullable A annotation(Class<A> annotation) {
        return sources.stream()
                .map(source -> source.getAnnotation(annotation))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
