package io.taskmover.storage.migration;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Named values with their forms and the names that they had before: the columns of an entity, or the members of a nested object.
 *
 * @param json an object with, under each name, {@code type} and maybe {@code alias}
 */
record Members(Map<?, ?> json) {
    Members(Object json) {
        this((Map<?, ?>) json);
    }

    List<String> names() {
        return json.keySet().stream().map(String.class::cast).toList();
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    Object form(String name) {
        return Objects.requireNonNull(of(name).get("type"));
    }

    List<String> aliases(String name) {
        return of(name).get("alias") instanceof List<?> list
                ? list.stream().map(String.class::cast).toList()
                : List.of();
    }

    private Map<?, ?> of(String name) {
        return (Map<?, ?>) Objects.requireNonNull(json.get(name));
    }

    /** What a member of these is called in others that were before; null if it is not there. */
    @Nullable
    String formerName(String name, Members before) {
        if (before.has(name)) {
            return name;
        }
        return aliases(name).stream()
                .filter(alias -> before.has(alias) && !has(alias))
                .findFirst()
                .orElse(null);
    }

    /** The member of these that reads what was under a name in others; null if none does. */
    @Nullable
    String heirOf(String former, Members before) {
        return names().stream()
                .filter(name -> former.equals(formerName(name, before)))
                .findFirst()
                .orElse(null);
    }

    /** Names under which there may be data of a member of these, and that its heir does not look for. */
    Set<String> lostNames(String former, Members after, String heir) {
        Set<String> lost = new TreeSet<>(aliases(former));
        lost.remove(heir);
        lost.removeAll(after.aliases(heir));
        return lost;
    }
}
