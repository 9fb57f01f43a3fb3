package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RowCodecTest {
    private static final TableSchema PAIRS = TableSchema.builder("pairs")
            .column("a", DataType.TEXT)
            .column("b", DataType.INTEGER)
            .column("v", DataType.JSON)
            .primaryKey("a", "b")
            .build();

    @Property
    void everyValueComesBackAsItWas(@ForAll("values") Object value) {
        ByteSink out = new ByteSink(4);
        ValueCodec.write(out, value);
        ByteSource in = new ByteSource(out.asBuffer());
        assertThat(ValueCodec.read(in)).isEqualTo(value);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Property
    void everyRowComesBackAsItWas(@ForAll List<@From("values") Object> values) {
        TableSchema.Builder builder =
                TableSchema.builder("t").column("id", DataType.INTEGER).primaryKey("id");
        List<Object> all = new ArrayList<>(List.of(1L));
        for (Object value : values) {
            builder.column(Column.of("c" + all.size(), typeOf(value)));
            all.add(value);
        }
        TableSchema schema = builder.build();
        Row row = Row.of(schema.rowType(), all.toArray());
        CommitRecord commit =
                new CommitRecord(7, List.of(new TableChange("t", schema)), List.of(new RowChange("t", 1L, null, row)));
        assertThat(roundTrip(commit, new HashMap<>())).isEqualTo(commit);
    }

    @Test
    void deletesDropsAndSeveralTablesComeBack() {
        CommitRecord commit = new CommitRecord(
                3,
                List.of(new TableChange("gone", null), new TableChange("pairs", PAIRS)),
                List.of(
                        new RowChange("pairs", CompositeKey.of("x", 1L), null, null),
                        new RowChange(
                                "pairs", CompositeKey.of("x", 2L), null, Row.of(PAIRS.rowType(), "x", 2L, null))));
        Map<String, TableSchema> tables = new HashMap<>();
        assertThat(roundTrip(commit, tables)).isEqualTo(commit);
        assertThat(tables).isEqualTo(Map.of("pairs", PAIRS));
    }

    @Test
    void everyBrokenPayloadIsRefused() {
        ByteSink out = new ByteSink(64);
        RowCodec.write(
                out,
                new CommitRecord(
                        1,
                        List.of(),
                        List.of(new RowChange(
                                "pairs",
                                CompositeKey.of("x", 2L),
                                null,
                                Row.of(PAIRS.rowType(), "x", 2L, Json.canonical(Map.of("k", List.of(1, 2))))))));
        ByteBuffer whole = out.asBuffer();
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer part = whole.slice(0, length);
            assertThatIllegalArgumentException()
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> RowCodec.read(new ByteSource(part), 1, new HashMap<>(Map.of("pairs", PAIRS))));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowCodec.read(new ByteSource(whole), 1, new HashMap<>()))
                .withMessageContaining("does not exist");
    }

    private static CommitRecord roundTrip(CommitRecord commit, Map<String, TableSchema> tables) {
        ByteSink out = new ByteSink(16);
        RowCodec.write(out, commit);
        return RowCodec.read(new ByteSource(out.asBuffer()), commit.sequence(), tables);
    }

    private static DataType typeOf(Object value) {
        for (DataType type : DataType.values()) {
            if (type != DataType.JSON && type.javaType().isInstance(value)) {
                return type;
            }
        }
        return DataType.JSON;
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<String> text = Arbitraries.strings()
                .all()
                .ofMaxLength(300)
                .filter(t ->
                        t.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(t));
        Arbitrary<Long> integers = Arbitraries.longs();
        Arbitrary<BigDecimal> decimals = Arbitraries.bigIntegers()
                .between(BigInteger.TEN.pow(400).negate(), BigInteger.TEN.pow(400))
                .flatMap(unscaled -> Arbitraries.integers()
                        .between(-DataType.MAX_DECIMAL_SCALE, DataType.MAX_DECIMAL_SCALE)
                        .map(scale -> new BigDecimal(unscaled, scale)));
        Arbitrary<Object> scalars = Arbitraries.oneOf(text, integers, Arbitraries.of(true, false));
        Arbitrary<Object> lists = scalars.list().ofMaxSize(5).map(Json::canonical);
        Arbitrary<Object> maps = Arbitraries.maps(text, Arbitraries.oneOf(scalars, lists))
                .ofMaxSize(5)
                .map(Json::canonical);
        return Arbitraries.oneOf(
                text,
                integers,
                Arbitraries.of(0L, -1L, 1L, Long.MIN_VALUE, Long.MAX_VALUE),
                Arbitraries.doubles(),
                Arbitraries.of(-0.0, Double.MIN_VALUE, Double.MAX_VALUE),
                decimals,
                Arbitraries.of(true, false),
                Arbitraries.longs()
                        .between(-62_135_596_800L, 253_402_300_799L)
                        .flatMap(s ->
                                Arbitraries.integers().between(0, 999_999_999).map(n -> Instant.ofEpochSecond(s, n))),
                Arbitraries.longs().between(-719_162, 2_932_896).map(LocalDate::ofEpochDay),
                Arbitraries.longs().between(0, 86_399_999_999_999L).map(LocalTime::ofNanoOfDay),
                Arbitraries.create(UUID::randomUUID),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Blob::of),
                lists,
                maps);
    }
}
