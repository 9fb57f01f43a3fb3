package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.SchemaJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes out of the JSON that a migration's file has, which {@code docs/formats/migrations.md} describes. */
final class ChangeJson {
    private static final List<String> KINDS = List.of(
            "createTable",
            "dropTable",
            "addColumn",
            "dropColumn",
            "renameColumn",
            "changeType",
            "createIndex",
            "dropIndex",
            "replaceValue",
            "sql",
            "todo");

    private ChangeJson() {}

    /** @throws IllegalArgumentException if the value describes no change */
    static Change read(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> map) || map.size() != 1) {
            throw new IllegalArgumentException("a change is an object with one member, one of " + KINDS);
        }
        Map.Entry<?, ?> only = map.entrySet().iterator().next();
        String kind = String.valueOf(only.getKey());
        Object body = only.getValue();
        try {
            return switch (kind) {
                case "createTable" -> Change.createTable(SchemaJson.of(body));
                case "dropTable" -> Change.dropTable(new Members(body, "table").text("table"));
                case "addColumn" -> {
                    Members members = new Members(body, "table", "column");
                    yield Change.addColumn(members.text("table"), SchemaJson.columnOf(members.value("column")));
                }
                case "dropColumn" -> {
                    Members members = new Members(body, "table", "column");
                    yield Change.dropColumn(members.text("table"), members.text("column"));
                }
                case "renameColumn" -> {
                    Members members = new Members(body, "table", "from", "to");
                    yield Change.renameColumn(members.text("table"), members.text("from"), members.text("to"));
                }
                case "changeType" -> {
                    Members members = new Members(body, "table", "column");
                    yield Change.changeType(members.text("table"), SchemaJson.columnOf(members.value("column")));
                }
                case "createIndex" -> {
                    Members members = new Members(body, "table", "index");
                    yield Change.createIndex(members.text("table"), index(members));
                }
                case "dropIndex" -> {
                    Members members = new Members(body, "table", "index");
                    yield Change.dropIndex(members.text("table"), members.text("index"));
                }
                case "replaceValue" -> {
                    Members members = new Members(body, "table", "column", "from", "to");
                    yield Change.replaceValue(
                            members.text("table"),
                            members.text("column"),
                            members.orNull("from"),
                            members.orNull("to"));
                }
                case "todo" -> {
                    if (!(body instanceof String text)) {
                        throw new IllegalArgumentException("must be a text");
                    }
                    yield new Todo(text);
                }
                case "sql" -> {
                    Members members = new Members(body, "up", "down");
                    yield Change.sql(members.texts("up"), members.has("down") ? members.texts("down") : List.of());
                }
                default -> throw new IllegalArgumentException("there is no such change; the changes are " + KINDS);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + kind + "': " + e.getMessage(), e);
        }
    }

    /** An index whose name, if it has none, is the usual one. */
    private static Index index(Members members) {
        Members index = new Members(members.value("index"), "name", "columns", "unique");
        if (index.has("name")) {
            return SchemaJson.indexOf(members.value("index"));
        }
        boolean unique = index.has("unique") && Boolean.TRUE.equals(index.value("unique"));
        return Index.of(members.text("table"), unique, index.texts("columns").toArray(new String[0]));
    }

    /** The members of an object, none of them unknown. */
    private static final class Members {
        private final Map<?, ?> map;

        Members(@Nullable Object json, String... known) {
            if (!(json instanceof Map<?, ?> members)) {
                throw new IllegalArgumentException("must be an object");
            }
            Set<Object> unknown = new TreeSet<>(members.keySet());
            unknown.removeAll(List.of(known));
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        "has the unknown members " + unknown + "; it may have " + List.of(known));
            }
            this.map = members;
        }

        boolean has(String name) {
            return map.containsKey(name);
        }

        /** The value of a member that has to be there and may be null. */
        @Nullable
        Object orNull(String name) {
            return has(name) ? map.get(name) : value(name);
        }

        Object value(String name) {
            Object value = map.get(name);
            if (value == null) {
                throw new IllegalArgumentException("lacks the member '" + name + "'");
            }
            return value;
        }

        String text(String name) {
            if (!(value(name) instanceof String text)) {
                throw new IllegalArgumentException("the member '" + name + "' must be a text");
            }
            return text;
        }

        List<String> texts(String name) {
            if (!(value(name) instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
                throw new IllegalArgumentException("the member '" + name + "' must be a list of texts");
            }
            return list.stream().map(String.class::cast).toList();
        }
    }
}
