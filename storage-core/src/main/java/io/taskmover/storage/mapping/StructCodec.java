package io.taskmover.storage.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records, beans and immutable classes as JSON objects. Members that are null are left out when written, so that a member
 * under a former name counts where there is none, or null, under the own one. Members that the class does not know are
 * dropped when read, and so are gone after the next save.
 */
final class StructCodec implements JsonCodec {
    private final Class<?> type;
    // set by define(): a class can contain itself, so the codec exists before those of its properties
    private List<Part> parts = List.of();
    private @Nullable Operation read;
    private @Nullable Operation write;
    private String[] names = {};

    StructCodec(Class<?> type) {
        this.type = type;
    }

    /**
     * A property that is stored.
     *
     * @param property the property
     * @param name its member's name
     * @param former names that it has in older data; read where there is nothing under its own
     */
    record Part(Property property, String name, Codec codec, List<String> former) {}

    /** @param stored the parts of {@code shape} that are stored, sorted by the code points of their names */
    void define(Shape shape, List<Part> stored) {
        parts = stored;
        names = stored.stream().map(Part::name).toArray(String[]::new);
        List<@Nullable MethodHandle> readers = new ArrayList<>();
        for (Property property : shape.properties()) {
            Part part = stored.stream()
                    .filter(candidate -> candidate.property() == property)
                    .findFirst()
                    .orElse(null);
            readers.add(part == null ? null : reader(part));
        }
        read = Operations.of(shape.construct(readers, Map.class));
        write = Operations.of(Handles.array(
                stored.stream()
                        .map(part -> Handles.jsonEncoder(part.property().getter(), part.codec()))
                        .toList(),
                type));
    }

    /** The properties that are stored, sorted by the code points of their names. */
    List<Part> parts() {
        return parts;
    }

    private static MethodHandle reader(Part part) {
        return MethodHandles.filterReturnValue(
                Handles.member(part.name(), part.former()),
                Handles.jsonDecoder(part.codec(), part.property().raw()));
    }

    @Override
    public Class<?> javaType() {
        return type;
    }

    @Override
    public Object toJson(Object value) {
        return Collections.unmodifiableMap(members(value));
    }

    /** The members in the order of their names; a map of the caller's own. */
    Map<String, Object> members(Object value) {
        @Nullable Object[] values = (@Nullable Object[]) Objects.requireNonNull(run(write, value));
        Map<String, Object> members = new LinkedHashMap<>(names.length * 2);
        for (int i = 0; i < names.length; i++) {
            Object member = values[i];
            if (member != null) {
                members.put(names[i], member);
            }
        }
        return members;
    }

    @Override
    public Object fromJson(Object json) {
        if (!(json instanceof Map)) {
            throw new IllegalArgumentException("must be a JSON object for " + type.getSimpleName());
        }
        return Objects.requireNonNull(run(read, json));
    }

    private @Nullable Object run(@Nullable Operation operation, Object argument) {
        try {
            return Objects.requireNonNull(operation).apply(argument);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalArgumentException("cannot be read into or out of " + type.getSimpleName() + ": " + e, e);
        }
    }

    /** Whether a property is, or was, stored under this name. */
    boolean hasMember(String name) {
        return parts.stream()
                .anyMatch(part -> part.name().equals(name) || part.former().contains(name));
    }

    @Override
    public @Nullable Member member(String property) {
        for (Part part : parts) {
            if (part.property().name().equals(property)
                    || part.property().accessor().equals(property)) {
                return new Member(part.name(), part.codec(), part.former());
            }
        }
        return null;
    }
}
