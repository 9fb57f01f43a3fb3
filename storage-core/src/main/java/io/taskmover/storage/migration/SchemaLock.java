package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file beside the sources that has what is stored of entities, for a test that fails when a class is changed so that data
 * which is there is not read any more, or lost.
 *
 * <pre>{@code
 * @Test
 * void dataOfEarlierVersionsIsStillRead() {
 *     SchemaLock.check(Path.of("src/main/resources/migrations/schema.lock"), Task.class, User.class);
 * }
 * }</pre>
 *
 * <p>A file that is missing is written. A change that is compatible with all data passes, and the file is written anew: both are
 * told to the log, and committed with the class. Any other change fails the test, with all such changes and what each does to
 * data; the file stays, and a migration is written beside it that would mend what can be mended, with a {@code todo} where
 * somebody has to decide. It is never written twice, nor over anything.
 *
 * <p>When the migration is complete, or none is needed, the change is accepted: the test is run once with
 * {@code -Dstorage.schemaLock=accept}, or with the file removed. Neither is done as long as a migration beside it has a
 * {@code todo}.
 *
 * <p>Where nobody commits what a test writes, nothing is written, and a file that is missing or not up to date fails the test:
 * where the environment variable {@code CI} is set and not {@code false}, as continuous integration has it, or with
 * {@code -Dstorage.schemaLock=check}; {@code write} overrules {@code CI}.
 */
public final class SchemaLock {
    /** The system property that says what is done with the file: {@code write}, {@code check} or {@code accept}. */
    public static final String MODE = "storage.schemaLock";

    private static final Logger LOG = LoggerFactory.getLogger(SchemaLock.class);

    /** What is done with the file. */
    enum Mode {
        /** Written where that loses nothing. */
        WRITE,
        /** Only compared with. */
        CHECK,
        /** Written. */
        ACCEPT
    }

    private final Path file;
    private final Mode mode;
    private final List<Map<String, Object>> now;
    private final List<SchemaChange> changes = new ArrayList<>();
    private final Skeleton skeleton = new Skeleton();

    private SchemaLock(Path file, Mode mode, List<Map<String, Object>> now) {
        this.file = file;
        this.mode = mode;
        this.now = now;
    }

    /**
     * Compares classes with the file, as the class description says.
     *
     * @param file in the directory of the migrations, or in one of its own; its name does not end with {@code .json} or
     *     {@code .sql}, which those of migrations do
     * @param entities all that the file is about
     * @return what was changed and does not hurt, now in the file; empty if it was up to date or has been written for the first
     *     time
     * @throws SchemaLockError if there are changes that do, with all of them; or the file may not be written and is not up to date
     * @throws MigrationException if the file is no schema lock, the migrations beside it cannot be read, or one of them has a
     *     {@code todo} while the file is to be written in spite of what has changed
     * @throws io.taskmover.storage.error.MappingException if a class cannot be mapped
     */
    public static List<SchemaChange> check(Path file, Class<?>... entities) {
        return check(file, Arrays.stream(entities).<Entity<?, ?>>map(Entity::of).toArray(Entity<?, ?>[]::new));
    }

    /** The same for entities that are described in code. */
    public static List<SchemaChange> check(Path file, Entity<?, ?>... entities) {
        return check(file, mode(System.getProperty(MODE), System.getenv("CI")), List.of(entities));
    }

    static List<SchemaChange> check(Path file, Mode mode, List<? extends Entity<?, ?>> entities) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json") || name.endsWith(".sql")) {
            throw new IllegalArgumentException(
                    "The schema lock '" + file + "' would be taken for a migration beside others; call it schema.lock");
        }
        if (entities.isEmpty()) {
            throw new IllegalArgumentException("No class is given for the schema lock '" + file + "'");
        }
        return new SchemaLock(
                        file, mode, entities.stream().map(Entity::storedForm).toList())
                .check();
    }

    static Mode mode(@Nullable String property, @Nullable String ci) {
        if (property == null) {
            return ci == null || ci.isEmpty() || ci.equalsIgnoreCase("false") ? Mode.WRITE : Mode.CHECK;
        }
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(property))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "-D" + MODE + " is write, check or accept, not '" + property + "'"));
    }

    private List<SchemaChange> check() {
        Optional<LockFile> found = LockFile.read(file);
        if (found.isEmpty()) {
            writeFirst();
            return List.of();
        }
        LockFile locked = found.get();
        LockFile next = compare(locked);
        List<SchemaChange> incompatible =
                changes.stream().filter(change -> !change.compatible()).toList();
        if (!incompatible.isEmpty() && mode != Mode.ACCEPT) {
            throw refused(locked, incompatible);
        }
        if (next.hasSameEntities(locked)) {
            return List.of();
        }
        if (mode == Mode.CHECK) {
            throw new SchemaLockError(
                    "The schema lock " + file + " is not up to date:" + lines(changes)
                            + "\nAll that fits the data that is there. Run this test where files may be written, and commit the"
                            + " file",
                    changes,
                    null);
        }
        if (!incompatible.isEmpty()) {
            requireDecided();
        }
        next.write(file);
        LOG.info("The schema lock {} is written anew, to be committed:{}", file, lines(changes));
        return List.copyOf(changes);
    }

    private void writeFirst() {
        if (mode == Mode.CHECK) {
            throw new SchemaLockError(
                    "There is no schema lock " + file
                            + ", so that nothing is known of what was stored before. Run this test where files may be written,"
                            + " and commit the file",
                    List.of(),
                    null);
        }
        requireDecided();
        new LockFile(highestMigration(), List.copyOf(now)).write(file);
        LOG.warn("There was no schema lock {}: it is written from the classes as they are, to be committed", file);
    }

    /** Finds all changes. Returns what the file is to have. */
    private LockFile compare(LockFile locked) {
        List<Map<?, ?>> left = new ArrayList<>(locked.entities());
        List<Map<?, ?>> next = new ArrayList<>();
        for (Map<String, Object> entity : now) {
            Map<?, ?> before = find(left, entity);
            if (before == null) {
                changes.add(new SchemaChange(
                        EntityPair.simpleName(entity),
                        "",
                        "",
                        "table '" + EntityPair.schema(entity).name() + "'",
                        true,
                        "no row is in it yet",
                        ""));
                next.add(entity);
            } else {
                left.remove(before);
                SchemaComparison.compare(before, entity, changes, skeleton);
                next.add(withRemoved(entity, EntityPair.removed(before, entity)));
            }
        }
        left.forEach(entity -> SchemaComparison.compareToNothing(entity, changes, skeleton));
        return new LockFile(highestMigration(), next);
    }

    /** The entity of the same table or, if there is none, of the same class, whose table no other class has now. */
    private @Nullable Map<?, ?> find(List<Map<?, ?>> locked, Map<?, ?> entity) {
        String table = EntityPair.schema(entity).name();
        for (Map<?, ?> each : locked) {
            if (EntityPair.schema(each).name().equals(table)) {
                return each;
            }
        }
        Set<String> taken =
                now.stream().map(each -> EntityPair.schema(each).name()).collect(Collectors.toSet());
        for (Map<?, ?> each : locked) {
            if (Objects.equals(each.get("class"), entity.get("class"))
                    && !taken.contains(EntityPair.schema(each).name())) {
                return each;
            }
        }
        return null;
    }

    private static Map<?, ?> withRemoved(Map<String, Object> entity, Map<String, Object> removed) {
        if (removed.isEmpty()) {
            return entity;
        }
        Map<String, Object> more = new HashMap<>(entity);
        more.put("removed", removed);
        return (Map<?, ?>) Json.canonical(more);
    }

    private SchemaLockError refused(LockFile locked, List<SchemaChange> incompatible) {
        StringBuilder message = new StringBuilder()
                .append(incompatible.size() == 1 ? "A change does" : incompatible.size() + " changes do")
                .append(" not fit the data that is there, as ")
                .append(file)
                .append(" has it:")
                .append(lines(incompatible));
        Path migration = null;
        if (!skeleton.changes().isEmpty()) {
            String name = migrationName();
            Optional<Path> there = MigrationDirectory.find(directory(), name, MigrationVersion.of(locked.migrations()));
            if (there.isPresent()) {
                migration = there.get();
                message.append("\nThe migration ")
                        .append(migration)
                        .append(" is there for it: complete it, or remove it to have it written anew.");
            } else if (mode == Mode.WRITE) {
                migration = MigrationDirectory.create(directory(), name, skeleton.changes());
                message.append("\nThe beginnings of a migration are in ")
                        .append(migration)
                        .append(": complete it, where it says todo, or remove it if you change the classes.");
            } else {
                message.append("\nRun this test where files may be written, to have the beginnings of a migration.");
            }
        }
        message.append("\nTo accept the changes then, run this test once with -D" + MODE + "=accept, or with ")
                .append(file)
                .append(" removed, and commit that file");
        return new SchemaLockError(message.toString(), incompatible, migration);
    }

    /** What the migration is called: after the table, if it is about only one. */
    private String migrationName() {
        Set<String> tables = skeleton.changes().stream()
                .flatMap(change -> change.tables().stream())
                .collect(Collectors.toSet());
        return (tables.size() == 1 ? tables.iterator().next() : "schema") + "_changes";
    }

    private void requireDecided() {
        if (Files.isDirectory(directory())) {
            for (Migration migration : MigrationDirectory.read(directory())) {
                if (migration.hasTodo()) {
                    throw new MigrationException("The schema lock " + file + " is not written while migration "
                            + migration + " beside it has a todo: complete that, or remove it if it is not needed");
                }
            }
        }
    }

    private String highestMigration() {
        return MigrationDirectory.highest(directory())
                .map(MigrationVersion::toString)
                .orElse("0");
    }

    private Path directory() {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static String lines(List<SchemaChange> changes) {
        return changes.stream().map(change -> "\n  " + change).collect(Collectors.joining());
    }
}
