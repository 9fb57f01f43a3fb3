package io.taskmover.storage.backup;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is backed up by itself, how often, and how many backups stay. Immutable.
 *
 * @param directory one for this store; made if it is missing
 * @param every how much time is between two backups
 * @param kept at most so many stay, at least 1: the newest
 * @param keptFor of these no longer than this, but for the newest, which stays; null for as long as it likes
 */
public record BackupPlan(
        Path directory, Duration every, int kept, @Nullable Duration keptFor) {
    /** How much time is between two backups unless something else is asked for. */
    public static final Duration USUALLY_EVERY = Duration.ofHours(24);
    /** How many backups stay unless something else is asked for. */
    public static final int USUALLY_KEPT = 7;

    /** @throws ConfigException if there would be no time between two backups, or none would stay */
    public BackupPlan {
        if (!isPositive(every) || kept < 1 || (keptFor != null && !isPositive(keptFor))) {
            throw new ConfigException("Backups are made every " + every + ", " + kept + " of them stay, for " + keptFor
                    + ": each of these has to be more than nothing");
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    /** A backup a day, of which seven stay. */
    public static BackupPlan daily(Path directory) {
        return new BackupPlan(directory, USUALLY_EVERY, USUALLY_KEPT, null);
    }

    /**
     * What a configuration asks for: {@code backups}, a directory, {@code backupEvery} and {@code backupsFor}, durations, and
     * {@code backupsKept}, a number. Empty without a directory, with {@code backupEnabled=false}, and for a store that is
     * opened for reading only.
     *
     * @throws ConfigException if it asks for backups and does not say where they go, or if a value cannot be understood
     */
    public static Optional<BackupPlan> of(StorageConfig config) {
        Optional<String> directory = config.option("backups");
        boolean asked = config.backupEnabled().orElse(directory.isPresent());
        if (!asked || config.readOnly()) {
            return Optional.empty();
        }
        if (directory.isEmpty()) {
            throw new ConfigException("backupEnabled=true does not say where the backups go: name a directory with"
                    + " backups=DIR, best on another disk");
        }
        try {
            return Optional.of(new BackupPlan(
                    Path.of(directory.get()).toAbsolutePath().normalize(),
                    config.option("backupEvery")
                            .map(StorageConfig::parseDuration)
                            .orElse(USUALLY_EVERY),
                    config.option("backupsKept").map(Integer::parseInt).orElse(USUALLY_KEPT),
                    config.option("backupsFor")
                            .map(StorageConfig::parseDuration)
                            .orElse(null)));
        } catch (NumberFormatException e) {
            throw new ConfigException(
                    "backupsKept is a whole number of at least 1, not '"
                            + config.option("backupsKept").orElse("") + "'",
                    e);
        } catch (InvalidPathException e) {
            throw new ConfigException("backups is a directory, and '" + directory.get() + "' is not a path", e);
        }
    }
}
