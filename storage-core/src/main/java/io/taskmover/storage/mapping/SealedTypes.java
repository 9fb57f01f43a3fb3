package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;

/** The classes that a sealed type permits, by the names that they are stored under. */
final class SealedTypes {
    private SealedTypes() {}

    /** Whether values of {@code type} need a name that says which class they are. */
    static boolean isSealed(Class<?> type) {
        return type.isSealed() && !type.isEnum();
    }

    /** The member or column that holds the name. */
    static String member(Class<?> sealed) {
        TypeName annotation = sealed.getAnnotation(TypeName.class);
        return annotation == null ? "type" : annotation.member();
    }

    /** The classes that can be made, in the order of declaration. */
    static Map<String, Class<?>> permitted(Class<?> sealed) {
        Map<String, Class<?>> byName = new LinkedHashMap<>();
        collect(sealed, sealed, byName);
        return byName;
    }

    private static void collect(Class<?> sealed, Class<?> type, Map<String, Class<?>> byName) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(sealed, permitted, byName);
            }
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            if (!type.isSealed()) {
                throw new MappingException(type.getName() + ", which " + sealed.getName()
                        + " permits, is open to any subclass; make it sealed, final or a record");
            }
            return;
        }
        if (type.isEnum()) {
            throw new MappingException("The enum " + type.getName() + " cannot be stored as a kind of "
                    + sealed.getName() + "; make it a record that holds the enum, or register a Converter");
        }
        TypeName annotation = type.getAnnotation(TypeName.class);
        String name = annotation == null || annotation.value().isEmpty() ? type.getSimpleName() : annotation.value();
        Class<?> other = byName.put(name, type);
        if (other != null && other != type) {
            throw new MappingException(type.getName() + " and " + other.getName() + " are both stored as '" + name
                    + "'; give one of them another @TypeName");
        }
    }
}
