package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Intents as text for the journal: JSON objects, one a line, LF at the end of each.
 *
 * <pre>
 * {"decider":"file:/data","format":1,"global":"tx-7","id":"2026…","preparedAt":"…","seenAt":"…","steps":2}
 * {"do":"move","from":"a/x.txt","key":"1234","kind":"file","level":0,"modified":"…","size":12,"to":"b/x.txt"}
 * {"do":"directory","kind":"directory","level":0,"to":"c"}
 * {"crc32c":"0a1b2c3d"}
 * </pre>
 *
 * <p>The last line's checksum is of all bytes before it, in every version. {@code docs/formats/file-operations.md} tells every member.
 */
final class IntentsFormat {
    static final long VERSION = 1;

    private IntentsFormat() {}

    static byte[] bytes(Intents intents) {
        StringBuilder text = new StringBuilder();
        Map<String, @Nullable Object> head = new TreeMap<>();
        head.put("format", VERSION);
        head.put("id", intents.id());
        head.put("global", intents.transaction().globalId());
        head.put("decider", intents.transaction().decider());
        head.put("preparedAt", intents.transaction().preparedAt().toString());
        head.put("seenAt", intents.seenAt().toString());
        head.put("steps", (long) intents.steps().size());
        line(text, head);
        intents.steps().forEach(step -> line(text, object(step)));
        String sum = checksum(text.toString());
        line(text, Map.of("crc32c", sum));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, @Nullable Object> object(Step step) {
        Map<String, @Nullable Object> object = new TreeMap<>();
        FileIdentity identity = step.identity();
        object.put("do", name(step.kind()));
        object.put("level", (long) step.level());
        if (step.from() != null) {
            object.put("from", RootFolder.text(Objects.requireNonNull(step.from())));
        }
        object.put("to", RootFolder.text(step.to()));
        object.put("kind", name(identity.kind()));
        if (identity.modified() != null) {
            object.put("size", identity.size());
            object.put("modified", String.valueOf(identity.modified()));
        }
        putIfKnown(object, "key", identity.key());
        putIfKnown(object, "sha256", identity.sha256());
        putIfKnown(object, "target", identity.target());
        return object;
    }

    private static void putIfKnown(Map<String, @Nullable Object> object, String name, @Nullable String value) {
        if (value != null) {
            object.put(name, value);
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void line(StringBuilder text, Map<String, ? extends @Nullable Object> object) {
        text.append(Json.text(object)).append('\n');
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    /**
     * Reads what {@link #bytes} made.
     *
     * @param file named in errors
     * @throws CorruptionException if it is something else
     * @throws UnsupportedException if a later version of this library made it
     */
    static Intents read(byte[] bytes, RootFolder root, Path file) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf('\n', text.length() - 2) + 1;
        try {
            if (!text.endsWith("\n")
                    || !checksum(text.substring(0, last))
                            .equals(object(text.substring(last)).get("crc32c"))) {
                throw corrupt(file, "its checksum is wrong", null);
            }
            List<String> lines = text.substring(0, last).lines().toList();
            Map<?, ?> head = object(lines.get(0));
            if ((Long) required(head, "format") > VERSION) {
                throw new UnsupportedException(file + " was written by a later version of this library (format "
                        + head.get("format") + "); use that one. Nothing was changed");
            }
            List<Step> steps = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                steps.add(step(object(line), root));
            }
            if ((Long) required(head, "steps") != steps.size()) {
                throw corrupt(file, "it has " + steps.size() + " steps of " + head.get("steps"), null);
            }
            return new Intents(
                    text(head, "id"),
                    new PreparedTransaction(
                            text(head, "global"), text(head, "decider"), Instant.parse(text(head, "preparedAt"))),
                    Instant.parse(text(head, "seenAt")),
                    List.copyOf(steps));
        } catch (CorruptionException | UnsupportedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw corrupt(file, "it is not what this library writes: " + e.getMessage(), e);
        }
    }

    private static Step step(Map<?, ?> object, RootFolder root) {
        Object from = object.get("from");
        Object modified = object.get("modified");
        return new Step(
                Step.Kind.valueOf(text(object, "do").toUpperCase(Locale.ROOT)),
                Math.toIntExact((Long) required(object, "level")),
                from == null ? null : root.fromText((String) from),
                root.fromText(text(object, "to")),
                new FileIdentity(
                        FileIdentity.Kind.valueOf(text(object, "kind").toUpperCase(Locale.ROOT)),
                        modified == null ? 0 : (Long) required(object, "size"),
                        modified == null ? null : Instant.parse((String) modified),
                        (String) object.get("key"),
                        (String) object.get("sha256"),
                        (String) object.get("target")));
    }

    private static Map<?, ?> object(String line) {
        return (Map<?, ?>) Objects.requireNonNull(Json.parse(line));
    }

    private static String text(Map<?, ?> object, String name) {
        return (String) required(object, name);
    }

    private static Object required(Map<?, ?> object, String name) {
        return Objects.requireNonNull(object.get(name), () -> "there is no \"" + name + "\"");
    }

    private static CorruptionException corrupt(Path file, String problem, @Nullable Throwable cause) {
        return new CorruptionException(
                file + " is damaged: " + problem + ". It says how to undo or finish a transaction on files that was cut"
                        + " off; put it back from a copy or, when the files are as they should be, remove it",
                file.toString(),
                cause);
    }
}
