package io.taskmover.storage.sql;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/** What MariaDB and MySQL let tables, columns and indexes be called. */
final class MariadbNames implements NameRules {
    /** Begins the names of what this library keeps to itself. */
    static final String HIDDEN = "_storage_";

    /** Of the 64 characters that a name may have, so many are left by {@link #HIDDEN}. */
    private static final int MAX_LENGTH = 64 - HIDDEN.length();

    /** A table is a file whose name has five characters for each that is no ASCII letter or digit, and an ending. */
    private static final int MAX_FILE_NAME = 200;

    private static final int FILE_NAME_ESCAPE = 5;

    /** InnoDB's own columns and the key's index; what begins with {@code #mysql50#} is a file's name to the server. */
    private static final Set<String> RESERVED = Set.of(
            "primary", "gen_clust_index", "fts_doc_id", "fts_doc_id_index", "db_row_id", "db_trx_id", "db_roll_ptr");

    /**
     * Columns and indexes are compared without case and accents, tables on some systems without case. This form tells no
     * more letters apart than {@code utf8mb3_general_ci} does: the first of each letter's parts if it is ASCII.
     */
    @Override
    public String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.codePoints().forEach(point -> {
            String upper = Character.toString(point).toUpperCase(Locale.ROOT);
            int base = Normalizer.normalize(upper, Normalizer.Form.NFKD).codePointAt(0);
            folded.appendCodePoint(base < 0x80 ? Character.toLowerCase(base) : '?');
        });
        return folded.toString();
    }

    @Override
    public boolean isReserved(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(folded) || folded.startsWith(HIDDEN) || folded.startsWith("#mysql50#");
    }

    /**
     * Without characters beyond the basic plane, which names cannot have, nor backslashes, by which MySQL's driver loses its
     * way in quotes, nor a space at the end.
     */
    @Override
    public String fit(String name, String suffix) {
        int room = MAX_LENGTH - suffix.length() - 1;
        int file = MAX_FILE_NAME - FILE_NAME_ESCAPE * suffix.length();
        StringBuilder fitting = new StringBuilder();
        for (int point : name.codePoints().toArray()) {
            int character = Character.isBmpCodePoint(point) && point != '\\' ? point : '#';
            file -= character < 0x80 && Character.isLetterOrDigit(character) ? 1 : FILE_NAME_ESCAPE;
            if (fitting.length() == room || file < 0) {
                break;
            }
            fitting.appendCodePoint(character);
        }
        if (suffix.isEmpty() && fitting.length() > 0 && fitting.charAt(fitting.length() - 1) == ' ') {
            fitting.append('#');
        }
        return fitting + suffix;
    }
}
