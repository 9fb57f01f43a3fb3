package io.taskmover.storage.cli.input;

/**
 * A place in an input.
 *
 * @param file the input's name as the user gave it
 * @param line from 1
 * @param column in characters (code points), from 1; 0 for the line as a whole
 */
public record Place(String file, long line, long column) {

    /** The place of a whole line. */
    public static Place line(String file, long line) {
        return new Place(file, line, 0);
    }

    @Override
    public String toString() {
        return column == 0 ? file + " line " + line : file + " line " + line + ", column " + column;
    }
}
