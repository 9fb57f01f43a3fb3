package io.taskmover.storage.cli.input;

import io.taskmover.storage.cli.input.BadRecordException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * Records from a JSON array of objects, or from objects that follow one another. Streams. After a syntax error nothing
 * behind it can be told apart, so that every such error is fatal; an element that is no object is not.
 */
final class JsonReader implements RecordReader {
    private final String file;
    private final CountingStream raw;
    private final Reader text;
    private final JsonParser parser;
    private boolean started;
    private boolean inArray;

    JsonReader(String file, InputStream in, CountingStream raw) {
        this.file = file;
        this.raw = raw;
        // a reader and not bytes, so that the parser's columns count characters
        this.text = new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        this.parser = JsonRecords.FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    @Override
    public @Nullable InputRecord next() throws BadRecordException, IOException {
        try {
            JsonToken token = parser.nextToken();
            if (!started) {
                started = true;
                if (token == JsonToken.START_ARRAY) {
                    inArray = true;
                    token = parser.nextToken();
                }
            }
            if (inArray && token == JsonToken.END_ARRAY) {
                inArray = false;
                token = parser.nextToken();
                if (token != null) {
                    throw BadRecordException.fatal(place(), "something follows the JSON array");
                }
            }
            if (token == null) {
                return null;
            }
            Place place = place();
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                throw new BadRecordException(
                        Kind.MALFORMED, place, "an element must be a JSON object, not " + JsonRecords.name(token));
            }
            return new InputRecord(place, JsonRecords.members(parser));
        } catch (JacksonException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw BadRecordException.fatal(place(parser.currentLocation()), "not UTF-8 near here");
            }
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw BadRecordException.fatal(place(e.getLocation()), JsonRecords.problem(e));
        } catch (IllegalArgumentException e) {
            throw BadRecordException.fatal(place(), String.valueOf(e.getMessage()));
        }
    }

    private Place place() {
        return place(parser.currentTokenLocation());
    }

    private Place place(@Nullable TokenStreamLocation at) {
        return at == null ? new Place(file, 1, 0) : new Place(file, at.getLineNr(), at.getColumnNr());
    }

    @Override
    public long bytesRead() {
        return raw.count();
    }

    @Override
    public void close() throws IOException {
        parser.close();
        text.close();
    }
}
