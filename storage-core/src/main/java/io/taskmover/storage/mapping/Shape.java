package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a class is taken apart and put together: its properties, and its constructor.
 *
 * @param type the class
 * @param properties all of them, those to leave out too; in the order of the constructor or of the fields
 * @param constructor of type {@code (…)C}: takes all properties in order, or nothing, and then they have setters
 */
record Shape(Class<?> type, List<Property> properties, MethodHandle constructor) {

    /** @throws MappingException if the class is none that can be put together again */
    static Shape of(Type type) {
        return new ShapeFinder(type).find();
    }

    /** Whether instances are filled by setters, and their collections may be meant to be changed. */
    boolean isBean() {
        return constructor.type().parameterCount() == 0 && !properties.isEmpty();
    }

    /**
     * A handle that makes an instance from something that holds the values.
     *
     * @param readers for each property a handle of type {@code (source)V}, or null to leave it empty
     * @return of type {@code (source)C}
     */
    MethodHandle construct(List<@Nullable MethodHandle> readers, Class<?> source) {
        return isBean() ? fill(readers, source) : callConstructor(readers, source);
    }

    private MethodHandle callConstructor(List<@Nullable MethodHandle> readers, Class<?> source) {
        if (readers.isEmpty()) {
            return MethodHandles.dropArguments(constructor, 0, source);
        }
        MethodHandle[] arguments = new MethodHandle[readers.size()];
        for (int i = 0; i < arguments.length; i++) {
            MethodHandle reader = readers.get(i);
            Class<?> raw = properties.get(i).raw();
            arguments[i] = (reader == null ? MethodHandles.dropArguments(empty(raw), 0, source) : reader)
                    .asType(MethodType.methodType(constructor.type().parameterType(i), source));
        }
        MethodHandle spread = MethodHandles.filterArguments(constructor, 0, arguments);
        return MethodHandles.permuteArguments(
                spread, MethodType.methodType(constructor.type().returnType(), source), new int[arguments.length]);
    }

    /** The constructor, then each setter: a fold for each, the last property innermost. */
    private MethodHandle fill(List<@Nullable MethodHandle> readers, Class<?> source) {
        MethodHandle body = MethodHandles.dropArguments(MethodHandles.identity(type), 1, source);
        for (int i = readers.size() - 1; i >= 0; i--) {
            MethodHandle setter = properties.get(i).setter();
            MethodHandle reader = readers.get(i);
            if (setter != null && reader != null) {
                MethodHandle set = setter.asType(
                        MethodType.methodType(void.class, type, setter.type().parameterType(1)));
                MethodHandle value =
                        reader.asType(MethodType.methodType(setter.type().parameterType(1), source));
                body = MethodHandles.foldArguments(body, MethodHandles.filterArguments(set, 1, value));
            }
        }
        MethodHandle create = constructor.asType(MethodType.methodType(type));
        return MethodHandles.foldArguments(body, MethodHandles.dropArguments(create, 0, source));
    }

    /** A handle of type {@code ()V}: zero, null, or an empty Optional. */
    private static MethodHandle empty(Class<?> type) {
        Object value = type == Optional.class ? Optional.empty() : null;
        return value == null ? MethodHandles.zero(type) : MethodHandles.constant(type, value);
    }

    /** The names of the properties, for messages. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        properties.forEach(property -> names.add(property.name()));
        return names;
    }
}
