package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.CompositeKey;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FileNamesTest {

    @Test
    void plainIdsAreReadable() {
        assertThat(FileNames.ofKey("t1")).isEqualTo("t1.json");
        assertThat(FileNames.ofKey("2024-05-01_report.v2")).isEqualTo("2024-05-01_report.v2.json");
        assertThat(FileNames.ofKey(42L)).isEqualTo("42.json");
        assertThat(FileNames.ofKey(LocalDate.of(2024, 5, 1))).isEqualTo("2024-05-01.json");
        assertThat(FileNames.ofKey(UUID.fromString("00000000-0000-4000-8000-00000000000a")))
                .isEqualTo("00000000-0000-4000-8000-00000000000a.json");
        assertThat(FileNames.ofKey(CompositeKey.of("a,b", 7L))).isEqualTo("a%2cb,7.json");
        assertThat(FileNames.ofTable("tasks")).isEqualTo("tasks");
    }

    @Test
    void hostileIdsAreHarmless() {
        assertThat(FileNames.ofKey("../../etc/passwd")).isEqualTo("%2e.%2f..%2fetc%2fpasswd.json");
        assertThat(FileNames.ofKey(".")).isEqualTo("%2e.json");
        assertThat(FileNames.ofKey("a. ")).isEqualTo("a.%20.json");
        assertThat(FileNames.ofTable("a.")).isEqualTo("a%2e");
        assertThat(FileNames.ofKey("")).isEqualTo("%.json");
        assertThat(FileNames.ofKey("%2e")).isEqualTo("%252e.json");
        assertThat(FileNames.ofKey("progra~1")).isEqualTo("progra%7e1.json");
        assertThat(FileNames.ofKey("-rf")).isEqualTo("%2drf.json");
        assertThat(FileNames.ofKey("😀")).isEqualTo("%f0%9f%98%80.json");
        assertThat(FileNames.ofKey(Instant.EPOCH)).isEqualTo("1970-01-01+t00%3a00%3a00+z.json");
        for (String device : List.of("con", "nul.txt", "com1", "lpt9.x.y", "aux", "conin$")) {
            assertThat(FileNames.ofKey(device)).startsWith("%");
        }
        assertThat(FileNames.ofKey("CON")).isEqualTo("+c+o+n.json");
        assertThat(FileNames.ofKey("console")).isEqualTo("console.json");
    }

    @Test
    void caseTwinsHaveDifferentNames() {
        assertThat(FileNames.ofKey("ab")).isNotEqualTo(FileNames.ofKey("aB").toLowerCase(Locale.ROOT));
        assertThat(FileNames.ofKey("\u00e9")).isNotEqualTo(FileNames.ofKey("e\u0301"));
        assertThat(FileNames.ofKey("+b")).isNotEqualTo(FileNames.ofKey("B"));
    }

    @Test
    void longIdsAreCutAndHashed() {
        String long1 = "x".repeat(511) + "1";
        String long2 = "x".repeat(511) + "2";
        assertThat(FileNames.ofKey(long1)).hasSize(FileNames.MAX_BYTES).isNotEqualTo(FileNames.ofKey(long2));
        assertThat(FileNames.decode(FileNames.ofKey(long1))).isEmpty();
    }

    @Property
    void everyNameIsShortPlainAndNotReserved(@ForAll("ids") String id) {
        for (String name : List.of(FileNames.ofKey(id), FileNames.ofTable(id))) {
            assertThat(name).matches("[a-z0-9_%+=.,-]+").doesNotStartWith(".").doesNotEndWith(".");
            assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(FileNames.MAX_BYTES);
            assertThat(name.replaceFirst("\\..*", ""))
                    .doesNotMatch("con|prn|aux|nul|com\\d|lpt\\d|conin\\$|conout\\$|clock\\$");
        }
    }

    @Property
    void aNameThatIsNotCutTellsTheId(@ForAll("ids") String id) {
        FileNames.decode(FileNames.ofKey(id))
                .ifPresent(decoded -> assertThat(decoded).isEqualTo(id));
        if (id.length() < 10) {
            assertThat(FileNames.decode(FileNames.ofKey(id))).isPresent();
        }
    }

    @Property
    void differentIdsHaveDifferentNamesHoweverAFileSystemFoldsThem(
            @ForAll @Size(min = 2, max = 40) List<@From("similar") String> ids) {
        Map<String, String> owners = new HashMap<>();
        for (String id : ids) {
            for (Normalizer.Form form : Normalizer.Form.values()) {
                String folded = Normalizer.normalize(FileNames.ofKey(id), form)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT);
                String owner = owners.putIfAbsent(folded, id);
                assertThat(owner).isIn(null, id);
            }
        }
    }

    @Property
    void partsOfCompositeIdsDoNotRunIntoEachOther(
            @ForAll("similar") String a,
            @ForAll("similar") String b,
            @ForAll("similar") String c,
            @ForAll("similar") String d) {
        CompositeKey first = CompositeKey.of(a, b);
        CompositeKey second = CompositeKey.of(c, d);
        assertThat(FileNames.ofKey(first).equals(FileNames.ofKey(second))).isEqualTo(first.equals(second));
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(200).filter(FileNamesTest::isId),
                Arbitraries.strings().ascii().ofMaxLength(60).filter(FileNamesTest::isId),
                Arbitraries.of("con", "NUL", "com1", "lpt9", "..", ".", "a.", " ", "%", "+", "=", "x".repeat(512)));
    }

    /** Ids over few characters, so that near misses are many. */
    @Provide
    Arbitrary<String> similar() {
        return Arbitraries.strings()
                .withChars(
                        'a', 'A', '+', '%', '=', ',', '.', '1', '\u00e9', 'e', '\u0301', '\u212b', '\u00c5', 'ß', 'ﬁ')
                .ofMaxLength(4);
    }

    private static boolean isId(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
