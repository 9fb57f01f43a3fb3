package io.taskmover.storage.cli.input;

import io.taskmover.storage.cli.input.BadRecordException.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/** Records from JSON Lines: one object a line; lines of white space are passed over. */
final class JsonLinesReader implements RecordReader {
    private final String file;
    private final LineReader lines;
    private final CountingStream raw;

    JsonLinesReader(String file, LineReader lines, CountingStream raw) {
        this.file = file;
        this.lines = lines;
        this.raw = raw;
    }

    @Override
    public @Nullable InputRecord next() throws BadRecordException, IOException {
        while (lines.next()) {
            if (!blank()) {
                return parse();
            }
        }
        return null;
    }

    private InputRecord parse() throws BadRecordException {
        try (JsonParser parser =
                JsonRecords.FACTORY.createParser(ObjectReadContext.empty(), lines.bytes(), 0, lines.length())) {
            try {
                JsonToken first = parser.nextToken();
                if (first != JsonToken.START_OBJECT) {
                    throw bad(
                            parser.currentTokenLocation(),
                            "a line must be one JSON object, not " + JsonRecords.name(first));
                }
                InputRecord record = new InputRecord(Place.line(file, lines.number()), JsonRecords.members(parser));
                if (parser.nextToken() != null) {
                    throw bad(parser.currentTokenLocation(), "something follows the JSON object of this line");
                }
                return record;
            } catch (JacksonException e) {
                throw bad(e.getLocation(), JsonRecords.problem(e));
            } catch (IllegalArgumentException e) {
                throw bad(parser.currentTokenLocation(), String.valueOf(e.getMessage()));
            }
        }
    }

    private BadRecordException bad(@Nullable TokenStreamLocation at, String problem) {
        // the parser counts bytes, people count characters
        long column = at == null ? 0 : Utf8.column(lines.bytes(), lines.length(), at.getColumnNr());
        return new BadRecordException(Kind.MALFORMED, new Place(file, lines.number(), column), problem);
    }

    private boolean blank() {
        for (int i = 0; i < lines.length(); i++) {
            byte b = lines.bytes()[i];
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
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
