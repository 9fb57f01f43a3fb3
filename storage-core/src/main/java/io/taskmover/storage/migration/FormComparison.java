package io.taskmover.storage.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares two forms of a property's values, as {@code Entity.storedForm} tells them: whether what was written in the one can be
 * read in the other. What no rule says is compatible is not. Used once.
 */
final class FormComparison {
    /** For each class of single values those that can hold all of them, of the same column type or of one that it is widened to. */
    private static final Map<String, Set<String>> WIDER = Map.ofEntries(
            Map.entry("Byte", Set.of("Short", "Integer", "Long", "Float", "Double", "BigDecimal", "BigInteger")),
            Map.entry("Short", Set.of("Integer", "Long", "Float", "Double", "BigDecimal", "BigInteger")),
            Map.entry("Integer", Set.of("Long", "Double", "BigDecimal", "BigInteger")),
            Map.entry("Year", Set.of("Integer", "Long", "Double", "BigDecimal", "BigInteger")),
            Map.entry("Long", Set.of("BigDecimal", "BigInteger")), // not Double: beyond 2^53 it is not exact
            Map.entry("Float", Set.of("Double", "BigDecimal")),
            Map.entry("Double", Set.of("BigDecimal")),
            Map.entry("BigInteger", Set.of("BigDecimal")),
            Map.entry("Duration", Set.of("BigDecimal")),
            Map.entry("Character", Set.of("String")),
            Map.entry("YearMonth", Set.of("String")),
            Map.entry("MonthDay", Set.of("String")),
            Map.entry("Period", Set.of("String")),
            Map.entry("ZoneId", Set.of("String")),
            Map.entry("ZoneOffset", Set.of("String", "ZoneId")),
            Map.entry("URI", Set.of("String")),
            Map.entry("Currency", Set.of("String")),
            Map.entry("Path", Set.of("String")),
            Map.entry("OffsetDateTime", Set.of("String", "ZonedDateTime")),
            Map.entry("ZonedDateTime", Set.of("String")),
            Map.entry("OffsetTime", Set.of("String")),
            Map.entry("Date", Set.of("Instant", "LocalDateTime")),
            Map.entry("Instant", Set.of("LocalDateTime")),
            Map.entry("LocalDateTime", Set.of("Instant")),
            Map.entry("Blob", Set.of("byte[]")),
            Map.entry("byte[]", Set.of("Blob")));

    /** What is text inside of JSON, and so can be read as a text there, beyond what {@link #WIDER} has. */
    private static final Set<String> TEXT_IN_JSON =
            Set.of("UUID", "Instant", "LocalDate", "LocalTime", "LocalDateTime", "Date", "Blob", "byte[]");

    private static final Map<String, String> BOXED = Map.of(
            "byte", "Byte",
            "short", "Short",
            "int", "Integer",
            "long", "Long",
            "float", "Float",
            "double", "Double",
            "boolean", "Boolean",
            "char", "Character");

    /**
     * @param path where it is: the column, or a place below it
     * @param gone the constants of an enum that are not there any more
     */
    record Difference(
            String path,
            String before,
            String after,
            boolean compatible,
            String effect,
            String remedy,
            List<String> gone) {}

    private final List<Difference> differences = new ArrayList<>();

    private FormComparison() {}

    /** @param json whether the values stand in JSON, where everything but numbers and booleans is text */
    static List<Difference> of(String path, Object before, Object after, boolean json) {
        FormComparison comparison = new FormComparison();
        comparison.compare(path, before, after, json);
        return comparison.differences;
    }

    /** Whether nothing is lost or refused. */
    static boolean fits(Object before, Object after, boolean json) {
        return of("", before, after, json).stream().allMatch(Difference::compatible);
    }

    static boolean isPrimitive(Object form) {
        return form instanceof String name && BOXED.containsKey(name);
    }

    private void compare(String path, Object before, Object after, boolean json) {
        if (before instanceof String a && after instanceof String b) {
            compareSingle(path, a, b, json);
        } else if (json && after.equals("Object")) {
            compatible(path, before, after, "any JSON is read as it is");
        } else if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
            compareParts(path, a, b);
        } else if (before instanceof Map<?, ?> a && a.containsKey("constants") && after.equals("String")) {
            compatible(path, before, after, "every constant is read as its name");
        } else {
            changed(path, before, after);
        }
    }

    private void compareSingle(String path, String before, String after, boolean json) {
        String a = BOXED.getOrDefault(before, before);
        String b = BOXED.getOrDefault(after, after);
        boolean wider = WIDER.getOrDefault(a, Set.of()).contains(b)
                || (json && b.equals("Object"))
                || (json && b.equals("String") && TEXT_IN_JSON.contains(a));
        if (wider) {
            compatible(path, before, after, "every value is read as one of the wider type");
        } else if (!a.equals(b)) {
            changed(path, before, after);
        }
        // of a column its table tells whether it may be null
        if (json && isPrimitive(after) && !isPrimitive(before)) {
            differences.add(new Difference(
                    path,
                    before,
                    after,
                    false,
                    "where it is null or missing it is read as zero, which nobody wrote",
                    "Keep it " + BOXED.get(after) + ", or write a value wherever there is none by a migration",
                    List.of()));
        }
    }

    private void compareParts(String path, Map<?, ?> before, Map<?, ?> after) {
        if (before.containsKey("constants") && after.containsKey("constants")) {
            compareConstants(path, before, after);
        } else if (items(before) != null && items(after) != null) {
            compare(path + "[]", part(before, items(before)), part(after, items(after)), true);
            if (before.containsKey("list") && after.containsKey("set")) {
                incompatible(
                        path,
                        before,
                        after,
                        "what is in a list twice is once in the set, and the order goes",
                        "Keep the list");
            }
        } else if (before.containsKey("values") && after.containsKey("values")) {
            compare(path + "{key}", part(before, "keys"), part(after, "keys"), true);
            compare(path + "{}", part(before, "values"), part(after, "values"), true);
        } else if (before.containsKey("object") && after.containsKey("object")) {
            compareMembers(path, part(before, "object"), part(after, "object"));
        } else if (before.containsKey("classes") && after.containsKey("classes")) {
            compareClasses(path, before, after);
        } else if (!before.equals(after)) {
            changed(path, before, after);
        }
    }

    private static @Nullable String items(Map<?, ?> form) {
        return form.containsKey("list") ? "list" : form.containsKey("set") ? "set" : null;
    }

    private void compareConstants(String path, Map<?, ?> before, Map<?, ?> after) {
        Set<String> gone = names(before);
        gone.removeAll(names(after));
        Set<String> added = names(after);
        added.removeAll(names(before));
        if (!gone.isEmpty()) {
            differences.add(new Difference(
                    path,
                    describe(before),
                    describe(after),
                    false,
                    "rows that have " + String.join(" or ", gone) + " lose the value",
                    "If it has another name now, give that constant @Alias(\""
                            + gone.iterator().next() + "\"); else bring it back, or replace the value by a migration",
                    List.copyOf(gone)));
        } else if (!added.isEmpty()) {
            compatible(path, before, after, "no row has the new ones yet");
        }
    }

    /** The constants, and what they were called. */
    private static Set<String> names(Map<?, ?> form) {
        Set<String> names = new TreeSet<>();
        ((List<?>) part(form, "constants")).forEach(name -> names.add((String) name));
        if (form.get("aliases") instanceof Map<?, ?> aliases) {
            aliases.keySet().forEach(name -> names.add((String) name));
        }
        return names;
    }

    private void compareMembers(String path, Object before, Object after) {
        Members old = new Members(before);
        Members now = new Members(after);
        for (String name : now.names()) {
            String former = now.formerName(name, old);
            String place = path + "." + name;
            if (former == null) {
                boolean required = isPrimitive(now.form(name));
                differences.add(new Difference(
                        place,
                        "",
                        describe(now.form(name)),
                        !required,
                        required
                                ? "objects that were written without it have zero there, which nobody wrote"
                                : "it is null in objects from before",
                        required
                                ? "Make it " + BOXED.get(String.valueOf(now.form(name)))
                                        + ", or write a value into each object by a migration"
                                : "",
                        List.of()));
            } else {
                compare(place, old.form(former), now.form(name), true);
                aliasesKept(place, old.lostNames(former, now, name));
            }
        }
        for (String name : old.names()) {
            if (now.heirOf(name, old) == null) {
                differences.add(new Difference(
                        path + "." + name,
                        describe(old.form(name)),
                        "",
                        false,
                        "it is gone from each row that is saved again",
                        "If it has another name now, give that @Alias(\"" + name
                                + "\"); else keep it, or accept that it goes",
                        List.of()));
            }
        }
    }

    private void aliasesKept(String path, Set<String> lost) {
        if (!lost.isEmpty()) {
            differences.add(lostAliases(path, lost));
        }
    }

    static Difference lostAliases(String path, Set<String> lost) {
        return new Difference(
                path,
                "@Alias(" + String.join(", ", lost) + ")",
                "without it",
                false,
                "data that has not been written since it was renamed is not found",
                "Keep the alias as long as there may be such data",
                List.of());
    }

    private void compareClasses(String path, Map<?, ?> before, Map<?, ?> after) {
        if (!part(before, "kind").equals(part(after, "kind"))) {
            incompatible(
                    path + "." + part(after, "kind"),
                    before.get("kind"),
                    after.get("kind"),
                    "the name of the class is not found under the other name",
                    "Keep @TypeName(member = \"" + part(before, "kind") + "\")");
        }
        Map<?, ?> old = (Map<?, ?>) part(before, "classes");
        Map<?, ?> now = (Map<?, ?>) part(after, "classes");
        old.forEach((name, members) -> {
            Object same = now.get(name);
            if (same == null) {
                differences.add(lostClass(path, (String) name));
            } else {
                compareMembers(path + "(" + name + ")", Objects.requireNonNull(members), same);
            }
        });
        now.keySet().stream()
                .filter(name -> !old.containsKey(name))
                .forEach(name -> compatible(path + "(" + name + ")", "", name, "no row has it yet"));
    }

    static Difference lostClass(String path, String name) {
        return new Difference(
                path.isEmpty() ? "(" + name + ")" : path + "(" + name + ")",
                "class " + name,
                "",
                false,
                "rows that have it cannot be read",
                "If the class has another name now, give it @TypeName(\"" + name
                        + "\"); else bring it back, or make other values of its by a migration",
                List.of());
    }

    private void compatible(String path, Object before, Object after, String effect) {
        differences.add(new Difference(path, describe(before), describe(after), true, effect, "", List.of()));
    }

    private void incompatible(
            String path, @Nullable Object before, @Nullable Object after, String effect, String remedy) {
        differences.add(new Difference(path, describe(before), describe(after), false, effect, remedy, List.of()));
    }

    private void changed(String path, Object before, Object after) {
        incompatible(
                path,
                before,
                after,
                "values that are no " + describe(after) + " refuse to be read",
                "Keep " + describe(before) + ", or make such values of them by a migration");
    }

    private static Object part(Map<?, ?> form, @Nullable String name) {
        return Objects.requireNonNull(form.get(name), () -> "there is no '" + name + "' in " + form);
    }

    /** A form in words. */
    static String describe(@Nullable Object form) {
        if (!(form instanceof Map<?, ?> parts)) {
            return String.valueOf(form);
        }
        if (parts.containsKey("constants")) {
            return "enum " + parts.get("constants");
        }
        String items = items(parts);
        if (items != null) {
            return items + " of " + describe(parts.get(items));
        }
        if (parts.containsKey("values")) {
            return "map of " + describe(parts.get("keys")) + " to " + describe(parts.get("values"));
        }
        if (parts.get("object") instanceof Map<?, ?> members) {
            return "object "
                    + members.keySet().stream().map(String::valueOf).collect(Collectors.joining(", ", "{", "}"));
        }
        if (parts.get("classes") instanceof Map<?, ?> classes) {
            return "one of " + classes.keySet();
        }
        return "object";
    }
}
