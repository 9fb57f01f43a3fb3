package io.taskmover.storage.benchmarks;

import io.taskmover.storage.benchmarks.peer.HibernateSqlite;
import io.taskmover.storage.benchmarks.peer.JacksonFiles;
import io.taskmover.storage.benchmarks.peer.JdbcSqlite;
import io.taskmover.storage.benchmarks.peer.JdbiSqlite;
import io.taskmover.storage.benchmarks.peer.NitriteStore;
import io.taskmover.storage.benchmarks.peer.PlainMap;
import io.taskmover.storage.benchmarks.peer.RocksJackson;

/** Who takes part, by the key under which reports and parameters name them. */
public enum Contenders {
    MEMORY {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover memory", "memory:");
        }
    },
    FILE {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover file", "file:%s/store");
        }
    },
    SQLITE {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover sqlite", "sqlite:%s/jobs.db");
        }
    },
    MAP {
        @Override
        public Contender create() {
            return new PlainMap();
        }
    },
    NITRITE_MEMORY {
        @Override
        public Contender create() {
            return new NitriteStore(true);
        }
    },
    JDBC {
        @Override
        public Contender create() {
            return new JdbcSqlite();
        }
    },
    JDBI {
        @Override
        public Contender create() {
            return new JdbiSqlite();
        }
    },
    HIBERNATE {
        @Override
        public Contender create() {
            return new HibernateSqlite();
        }
    },
    NITRITE_MVSTORE {
        @Override
        public Contender create() {
            return new NitriteStore(false);
        }
    },
    ROCKSDB {
        @Override
        public Contender create() {
            return new RocksJackson();
        }
    },
    JACKSON_FILES {
        @Override
        public Contender create() {
            return new JacksonFiles();
        }
    };

    public abstract Contender create();

    /** Whether nothing is left of its data after it is closed. */
    public boolean inMemory() {
        return this == MEMORY || this == MAP || this == NITRITE_MEMORY;
    }
}
