package io.taskmover.storage.cli.input;

import io.taskmover.storage.cli.input.BadRecordException.Kind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records from comma-separated values as RFC 4180 has them: the first line names the columns, fields with commas,
 * quotes or line ends stand in double quotes, and a quote in them is doubled. Values are texts; an empty field is null,
 * an empty text is written as {@code ""}. Empty lines are passed over.
 */
final class CsvReader implements RecordReader {
    private final String file;
    private final LineReader lines;
    private final CountingStream raw;
    private @Nullable List<String> header;
    private long start;
    private int position;

    CsvReader(String file, LineReader lines, CountingStream raw) {
        this.file = file;
        this.lines = lines;
        this.raw = raw;
    }

    @Override
    public @Nullable InputRecord next() throws BadRecordException, IOException {
        List<String> names = header;
        if (names == null) {
            names = readHeader();
            header = names;
        }
        if (!nextFilledLine()) {
            return null;
        }
        List<@Nullable String> fields = fields();
        if (fields.size() != names.size()) {
            throw badLine(fields.size() + " fields, but the header names " + names.size());
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>(names.size() * 2);
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), fields.get(i));
        }
        return new InputRecord(Place.line(file, start), values);
    }

    private List<String> readHeader() throws BadRecordException, IOException {
        if (!nextFilledLine()) {
            throw BadRecordException.fatal(Place.line(file, 1), "no header line");
        }
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try {
            for (String name : fields()) {
                if (name == null || name.isEmpty()) {
                    throw badLine("column " + (names.size() + 1) + " of the header has no name");
                }
                if (!seen.add(name)) {
                    throw badLine("the header names '" + name + "' twice");
                }
                names.add(name);
            }
        } catch (BadRecordException e) {
            throw BadRecordException.fatal(e.place(), problem(e));
        }
        return names;
    }

    private static String problem(BadRecordException e) {
        return String.valueOf(e.getMessage()).substring((e.place() + ": ").length());
    }

    private boolean nextFilledLine() throws IOException {
        while (lines.next()) {
            if (lines.length() > 0) {
                start = lines.number();
                position = 0;
                return true;
            }
        }
        return false;
    }

    private List<@Nullable String> fields() throws BadRecordException, IOException {
        List<@Nullable String> fields = new ArrayList<>(header == null ? 16 : header.size());
        do {
            fields.add(position < lines.length() && lines.bytes()[position] == '"' ? quoted() : plain());
        } while (position++ < lines.length());
        return fields;
    }

    /** The field that starts at {@code position}, which is left at the comma behind it or at the end of the line. */
    private @Nullable String plain() throws BadRecordException {
        byte[] bytes = lines.bytes();
        int begin = position;
        while (position < lines.length() && bytes[position] != ',') {
            if (bytes[position] == '"') {
                throw bad(position, "a quote inside of a field that does not start with one");
            }
            position++;
        }
        return begin == position ? null : decode(begin, position);
    }

    private String quoted() throws BadRecordException, IOException {
        int opening = position++;
        long openingLine = lines.number();
        long openingColumn = column(opening);
        StringBuilder text = new StringBuilder();
        int begin = position;
        while (true) {
            while (position < lines.length() && lines.bytes()[position] != '"') {
                position++;
            }
            if (position == lines.length()) {
                if (!lines.nextAppended()) {
                    throw new BadRecordException(
                            Kind.MALFORMED,
                            new Place(file, openingLine, openingColumn),
                            "the quote that opens here is never closed");
                }
                continue;
            }
            text.append(decode(begin, position));
            position++;
            if (position == lines.length() || lines.bytes()[position] == ',') {
                return text.toString();
            }
            if (lines.bytes()[position] != '"') {
                throw bad(position, "something follows the closing quote; a quote inside of a field is doubled");
            }
            begin = position++;
        }
    }

    private String decode(int begin, int end) throws BadRecordException {
        try {
            String text = Utf8.decode(lines.bytes(), begin, end);
            if (text.indexOf(0) >= 0) {
                throw bad(begin, "the field that starts here contains NUL, which no store takes");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw bad(begin, "the field that starts here is not UTF-8");
        }
    }

    private BadRecordException bad(int at, String problem) {
        return new BadRecordException(Kind.MALFORMED, new Place(file, lines.number(), column(at)), problem);
    }

    private BadRecordException badLine(String problem) {
        return new BadRecordException(Kind.MALFORMED, Place.line(file, start), problem);
    }

    /** The column in its own line of a byte of the buffer, which holds more than one line behind an open quote. */
    private long column(int at) {
        int lineStart = at;
        while (lineStart > 0 && lines.bytes()[lineStart - 1] != '\n') {
            lineStart--;
        }
        byte[] line = Arrays.copyOfRange(lines.bytes(), lineStart, Math.max(lineStart, at));
        return Utf8.column(line, line.length, line.length + 1L);
    }

    @Override
    public long bytesRead() {
        return raw.count();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
