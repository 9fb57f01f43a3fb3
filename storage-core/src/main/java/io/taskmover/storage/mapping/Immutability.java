package io.taskmover.storage.mapping;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether nothing in an instance can be changed once it is loaded: it is a record, or one of a sealed type's records, and
 * so are its parts down to single values. Collections of such are taken for immutable too, since a record is given ones
 * that are: to a record that copies them into others, and hands those out, that does not apply.
 */
final class Immutability {
    private static final Set<Class<?>> COLLECTIONS = Set.of(List.class, Set.class, Collection.class, Iterable.class);

    /** What is being looked at, so that a type may contain itself. */
    private final Set<String> seen = new HashSet<>();

    private Immutability() {}

    static boolean of(Class<?> type) {
        return new Immutability().isImmutable(type);
    }

    private boolean isImmutable(Type type) {
        Class<?> raw = Types.boxed(Types.raw(type));
        if (raw.isEnum()) {
            return true;
        }
        if (Scalars.of(raw) != null) {
            return raw != Date.class && !raw.isArray();
        }
        if (COLLECTIONS.contains(raw) || raw == Optional.class) {
            return isImmutable(Types.argument(type, 0));
        }
        if (raw == Map.class) {
            return isImmutable(Types.argument(type, 0)) && isImmutable(Types.argument(type, 1));
        }
        if (!seen.add(type.getTypeName())) {
            return true;
        }
        if (SealedTypes.isSealed(raw)) {
            return SealedTypes.permitted(raw).values().stream().allMatch(this::isImmutable);
        }
        return raw.isRecord()
                && Shape.of(type).properties().stream().allMatch(property -> isImmutable(property.type()));
    }
}
