package io.taskmover.storage.backup;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comment of a backup's zip file, with which the file ends: where the manifest is, and the SHA-256 of every byte before
 * the sum itself. So the file's end tells at once whether all of it is there, and no bit of it can change unseen, not those
 * either that zip readers pass over.
 *
 * @param manifest at which byte of the file the manifest's entry begins
 */
record BackupSeal(long manifest, String sha256) {
    private static final Pattern PATTERN =
            Pattern.compile("TaskMover Storage backup, manifest at (\\d{19}), sha256 ([0-9a-f]{64})");

    /** How many bytes it has. */
    static final int BYTES = new BackupSeal(0, "0".repeat(Sha256.DIGITS)).text().length();

    /** The seal of a backup whose sum is to be put over the last bytes. */
    static BackupSeal unsummed(long manifest) {
        return new BackupSeal(manifest, "0".repeat(Sha256.DIGITS));
    }

    String text() {
        return String.format(Locale.ROOT, "TaskMover Storage backup, manifest at %019d, sha256 %s", manifest, sha256);
    }

    /** The seal that a file's last {@link #BYTES} are; empty if they are none. */
    static Optional<BackupSeal> parse(byte[] end) {
        Matcher matcher = PATTERN.matcher(new String(end, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BackupSeal(Long.parseLong(matcher.group(1)), matcher.group(2)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
