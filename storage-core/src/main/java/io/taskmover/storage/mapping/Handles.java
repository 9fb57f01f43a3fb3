package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.Row;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pieces that mappers are composed of: values into columns or JSON members, and back. */
final class Handles {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle ROW_GET = virtual(Row.class, "get", Object.class, int.class);
    private static final MethodHandle MEMBER = virtual(Map.class, "get", Object.class, Object.class);
    private static final MethodHandle MEMBER_OF_NAMES =
            find("memberOf", Object.class, Map.class, String.class, List.class);
    private static final MethodHandle PLACE = find("place", Object.class, Object.class, List.class);
    private static final MethodHandle FROM_COLUMN = codec("fromColumn");
    private static final MethodHandle TO_COLUMN = codec("toColumn");
    private static final MethodHandle FROM_JSON = codec("fromJson");
    private static final MethodHandle TO_JSON = codec("toJson");
    /** Readers of primitives that do not go through a wrapper object. */
    private static final Map<Class<?>, MethodHandle> PRIMITIVES = Map.of(
            int.class, primitive("toInt", int.class),
            long.class, primitive("toLong", long.class),
            double.class, primitive("toDouble", double.class),
            boolean.class, primitive("toBoolean", boolean.class));

    private Handles() {}

    /** {@code (Row)Object}: the value at a position. */
    static MethodHandle rowValue(int position) {
        return MethodHandles.insertArguments(ROW_GET, 1, position);
    }

    /**
     * {@code (Row)Object}: a place in the JSON at a position.
     *
     * @param steps the column, then for each member below its names, of which the first counts that is not null
     */
    static MethodHandle rowValue(int position, List<List<String>> steps) {
        return MethodHandles.filterReturnValue(
                rowValue(position), MethodHandles.insertArguments(PLACE, 1, steps.subList(1, steps.size())));
    }

    /** {@code (Row)Object}: null, for a column that the row lacks. */
    static MethodHandle noValue() {
        return MethodHandles.dropArguments(MethodHandles.constant(Object.class, null), 0, Row.class);
    }

    /** {@code (Map)Object}: the member of a name. */
    static MethodHandle member(String name) {
        return MethodHandles.insertArguments(MEMBER, 1, name);
    }

    /** {@code (Map)Object}: the member of a name or, where that is null, of the first of others that is not. */
    static MethodHandle member(String name, List<String> others) {
        return others.isEmpty() ? member(name) : MethodHandles.insertArguments(MEMBER_OF_NAMES, 1, name, others);
    }

    /** {@code (Object)V}: a column's value as a property's. */
    static MethodHandle decoder(Codec codec, Class<?> target) {
        MethodHandle primitive = PRIMITIVES.get(target);
        if (primitive != null && codec == Scalars.of(Types.boxed(target))) {
            return primitive;
        }
        if (codec.isIdentity() && !target.isPrimitive()) {
            return MethodHandles.identity(Object.class).asType(MethodType.methodType(target, Object.class));
        }
        return to(target, FROM_COLUMN.bindTo(codec));
    }

    /** {@code (Object)V}: a JSON value as a property's. */
    static MethodHandle jsonDecoder(Codec codec, Class<?> target) {
        return to(target, FROM_JSON.bindTo(codec));
    }

    /** {@code (C)Object}: what a getter gives, as a column's value. */
    static MethodHandle encoder(MethodHandle getter, Codec codec) {
        return codec.isIdentity()
                ? getter.asType(getter.type().changeReturnType(Object.class))
                : MethodHandles.filterReturnValue(boxing(getter), TO_COLUMN.bindTo(codec));
    }

    /** {@code (C)Object}: what a getter gives, as a JSON value. */
    static MethodHandle jsonEncoder(MethodHandle getter, Codec codec) {
        return MethodHandles.filterReturnValue(boxing(getter), TO_JSON.bindTo(codec));
    }

    /** {@code (C)Object[]}: what several {@code (C)Object} give, in one array. */
    static MethodHandle array(List<MethodHandle> parts, Class<?> owner) {
        MethodHandle[] filters = parts.stream()
                .map(part -> part.asType(MethodType.methodType(Object.class, owner)))
                .toArray(MethodHandle[]::new);
        MethodHandle collect = MethodHandles.identity(Object[].class).asCollector(Object[].class, filters.length);
        return MethodHandles.permuteArguments(
                MethodHandles.filterArguments(collect, 0, filters),
                MethodType.methodType(Object[].class, owner),
                new int[filters.length]);
    }

    /** {@code (C)Object} that is null for null and else what {@code (C)Object} gives. */
    static MethodHandle nullSafe(MethodHandle handle) {
        Class<?> owner = handle.type().parameterType(0);
        MethodHandle isNull =
                find("isNull", boolean.class, Object.class).asType(MethodType.methodType(boolean.class, owner));
        MethodHandle none = MethodHandles.dropArguments(MethodHandles.constant(Object.class, null), 0, owner);
        return MethodHandles.guardWithTest(isNull, none, handle);
    }

    private static MethodHandle boxing(MethodHandle getter) {
        return getter.asType(getter.type().changeReturnType(Object.class));
    }

    private static MethodHandle to(Class<?> target, MethodHandle decoder) {
        MethodType type = MethodType.methodType(target, Object.class);
        // an explicit cast makes zero of null where asType would throw
        return target.isPrimitive()
                ? MethodHandles.explicitCastArguments(
                        decoder.asType(MethodType.methodType(Types.boxed(target), Object.class)), type)
                : decoder.asType(type);
    }

    private static MethodHandle codec(String name) {
        return find(name, Object.class, Codec.class, Object.class);
    }

    private static MethodHandle primitive(String name, Class<?> type) {
        return find(name, type, Object.class);
    }

    private static MethodHandle find(String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findStatic(Handles.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle virtual(Class<?> owner, String name, Class<?> result, Class<?> parameter) {
        try {
            return LOOKUP.findVirtual(owner, name, MethodType.methodType(result, parameter));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // the methods from here on are looked up by name, above

    static @Nullable Object memberOf(Map<?, ?> members, String name, List<?> others) {
        Object member = members.get(name);
        for (int i = 0; member == null && i < others.size(); i++) {
            member = members.get(others.get(i));
        }
        return member;
    }

    static @Nullable Object place(@Nullable Object json, List<List<String>> steps) {
        Object value = json;
        for (List<String> names : steps) {
            value = value instanceof Map<?, ?> members
                    ? memberOf(members, names.get(0), names.subList(1, names.size()))
                    : null;
        }
        return value;
    }

    static @Nullable Object fromColumn(Codec codec, @Nullable Object stored) {
        return stored == null ? codec.absent() : codec.fromColumn(stored);
    }

    static @Nullable Object toColumn(Codec codec, @Nullable Object value) {
        return value == null ? null : codec.toColumn(value);
    }

    static @Nullable Object fromJson(Codec codec, @Nullable Object json) {
        return json == null ? codec.absent() : codec.fromJson(json);
    }

    static @Nullable Object toJson(Codec codec, @Nullable Object value) {
        return value == null ? null : codec.toJson(value);
    }

    static int toInt(@Nullable Object stored) {
        if (stored == null) {
            return 0;
        }
        long value = (Long) stored;
        if (value != (int) value) {
            throw new IllegalArgumentException("must fit an int, which " + value + " does not");
        }
        return (int) value;
    }

    static long toLong(@Nullable Object stored) {
        return stored == null ? 0 : (Long) stored;
    }

    static double toDouble(@Nullable Object stored) {
        return stored == null ? 0 : (Double) stored;
    }

    static boolean toBoolean(@Nullable Object stored) {
        return stored != null && (Boolean) stored;
    }

    static boolean isNull(@Nullable Object value) {
        return value == null;
    }
}
