package io.taskmover.storage.testkit.disk;

/**
 * Which of the changes that are not durable survive a power cut. Changes go by the number of their operation; the same
 * question always has the same answer.
 */
abstract class Loss {
    /** A disk writes this many bytes as a whole. */
    static final int SECTOR_BYTES = 512;

    /** Whether a change of names survives, or its {@code part}th part: a rename makes the new name, then drops the old. */
    abstract boolean name(int operation, int part);

    /** Whether a sector of a write survives; only those within the file's size count. */
    abstract boolean sector(int operation, int sector);

    /** To how many bytes the file has grown that a write would have taken from {@code before} to {@code after}. */
    abstract long size(int operation, long before, long after);

    /** Whether a file's latest time survives. */
    abstract boolean time(long file);

    /** Everything survives before an operation, nothing from it on. */
    static Loss from(int cut) {
        return new Whole() {
            @Override
            boolean survives(int operation) {
                return operation < cut;
            }
        };
    }

    /** Everything survives but one operation. */
    static Loss only(int lost) {
        return new Whole() {
            @Override
            boolean survives(int operation) {
                return operation != lost;
            }
        };
    }

    /** All names survive and no bytes; with {@code sizes} the files have grown all the same. */
    static Loss bytes(boolean sizes) {
        return new Loss() {
            @Override
            boolean name(int operation, int part) {
                return true;
            }

            @Override
            boolean sector(int operation, int sector) {
                return false;
            }

            @Override
            long size(int operation, long before, long after) {
                return sizes ? after : before;
            }

            @Override
            boolean time(long file) {
                return sizes;
            }
        };
    }

    /** All bytes survive and no names. */
    static Loss names() {
        return new Whole() {
            @Override
            boolean survives(int operation) {
                return true;
            }

            @Override
            boolean name(int operation, int part) {
                return false;
            }
        };
    }

    /** Any bytes survive, and names up to some operation from {@code oldest} to {@code newest}, as with a journal. */
    static Loss journaled(long seed, int oldest, int newest) {
        int cut = oldest + (int) Math.floorMod(FileContent.mix(seed), (long) newest - oldest + 2);
        return new Torn(seed) {
            @Override
            boolean name(int operation, int part) {
                return operation < cut;
            }
        };
    }

    /** Any bytes and any names survive. */
    static Loss any(long seed) {
        return new Torn(seed);
    }

    /** Operations survive whole or not at all. */
    private abstract static class Whole extends Loss {
        abstract boolean survives(int operation);

        @Override
        boolean name(int operation, int part) {
            return survives(operation);
        }

        @Override
        boolean sector(int operation, int sector) {
            return survives(operation);
        }

        @Override
        long size(int operation, long before, long after) {
            return survives(operation) ? after : before;
        }

        @Override
        boolean time(long file) {
            return survives(Integer.MAX_VALUE - 1);
        }
    }

    /** Every part of an operation survives with a chance; what the chance is differs between operations. */
    private static class Torn extends Loss {
        private final long seed;

        Torn(long seed) {
            this.seed = seed;
        }

        private long dice(int operation, int part) {
            return FileContent.mix(seed + FileContent.mix(((long) operation << 32) | (part & 0xFFFFFFFFL)));
        }

        /** Of eight: 0 never, 8 always; often one of these, so that whole operations survive next to torn ones. */
        private int chance(int operation) {
            int[] chances = {0, 0, 1, 4, 7, 8, 8, 8};
            return chances[(int) (dice(operation, -1) & 7)];
        }

        @Override
        boolean name(int operation, int part) {
            // the old name of a rename goes only if the new one is there
            return (part == 0 || name(operation, part - 1)) && (dice(operation, part) & 1) == 0;
        }

        @Override
        boolean sector(int operation, int sector) {
            return ((dice(operation, sector) >>> 8) & 7) < chance(operation);
        }

        @Override
        long size(int operation, long before, long after) {
            long dice = dice(operation, -2);
            return switch ((int) (dice & 3)) {
                case 0 -> before;
                case 1 -> Math.min(after, (before / SECTOR_BYTES + 1 + (dice >>> 2) % 16) * SECTOR_BYTES);
                default -> after;
            };
        }

        @Override
        boolean time(long file) {
            return (dice((int) file, -3) & 1) == 0;
        }
    }
}
