package io.taskmover.storage.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.DataType;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class UuidV7Test {
    private long millis = 0x0123_4567_89ABL;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    };

    @Test
    void hasTheTimeTheVersionAndTheVariantWhereTheStandardPutsThem() {
        UUID uuid = new UuidV7(clock, new Random(1)).get();
        assertThat(uuid.toString()).startsWith("01234567-89ab-7");
        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
    }

    @Test
    void risesWithinAMillisecondAndWhenTheClockStepsBack() {
        UuidV7 uuids = new UuidV7(clock, new Random(2));
        UUID previous = uuids.get();
        for (int i = 0; i < 100_000; i++) {
            millis = i % 1000 == 0 ? millis - 50 : millis;
            UUID next = uuids.get();
            assertThat(DataType.UUID.compare(previous, next)).isNegative();
            previous = next;
        }
    }

    @Test
    void takesTheTimeAheadWhenAMillisecondIsUsedUp() {
        Random ones = new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                java.util.Arrays.fill(bytes, (byte) -1);
            }
        };
        UuidV7 uuids = new UuidV7(clock, ones);
        UUID previous = uuids.get();
        for (int i = 0; i < 1000; i++) {
            UUID next = uuids.get();
            assertThat(DataType.UUID.compare(previous, next)).isNegative();
            assertThat(next.version()).isEqualTo(7);
            assertThat(next.variant()).isEqualTo(2);
            previous = next;
        }
    }

    @Test
    void isUniqueAndRisesInEachOfManyThreads() throws Exception {
        UuidV7 uuids = new UuidV7(Clock.systemUTC(), new SecureRandom());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<List<UUID>>> made = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            made.add(threads.submit(() -> {
                List<UUID> list = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    list.add(uuids.get());
                }
                return list;
            }));
        }
        Set<UUID> all = new HashSet<>();
        for (Future<List<UUID>> future : made) {
            assertThat(future.get()).isSortedAccordingTo(DataType.UUID::compare);
            all.addAll(future.get());
        }
        threads.shutdown();
        assertThat(all).hasSize(160_000);
    }
}
