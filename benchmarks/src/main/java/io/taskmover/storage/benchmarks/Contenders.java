package io.taskmover.storage.benchmarks;

import io.taskmover.storage.benchmarks.peer.Database;
import io.taskmover.storage.benchmarks.peer.HibernateStore;
import io.taskmover.storage.benchmarks.peer.JacksonFiles;
import io.taskmover.storage.benchmarks.peer.JdbcPostgres;
import io.taskmover.storage.benchmarks.peer.JdbcSqlite;
import io.taskmover.storage.benchmarks.peer.JdbiStore;
import io.taskmover.storage.benchmarks.peer.JooqStore;
import io.taskmover.storage.benchmarks.peer.NitriteStore;
import io.taskmover.storage.benchmarks.peer.PlainMap;
import io.taskmover.storage.benchmarks.peer.RocksJackson;
import io.taskmover.storage.benchmarks.peer.SpringStore;
import io.taskmover.storage.file.FileProvider;

/** Who takes part, by the key under which reports and parameters name them. */
public enum Contenders {
    MEMORY {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover memory", directory -> "memory:");
        }
    },
    FILE {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover file", directory -> "file:" + directory + "/store");
        }
    },
    LINES {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover lines", directory -> "file:" + directory + "/store?layout=lines");
        }
    },
    SQLITE {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover sqlite", directory -> "sqlite:" + directory + "/jobs.db");
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
            return new JdbcSqlite(false);
        }
    },
    JDBC_SHARED {
        @Override
        public Contender create() {
            return new JdbcSqlite(true);
        }
    },
    JDBI {
        @Override
        public Contender create() {
            return new JdbiStore(Database.SQLITE);
        }
    },
    JOOQ {
        @Override
        public Contender create() {
            return new JooqStore(Database.SQLITE);
        }
    },
    HIBERNATE {
        @Override
        public Contender create() {
            return new HibernateStore(Database.SQLITE);
        }
    },
    SPRING {
        @Override
        public Contender create() {
            return new SpringStore(Database.SQLITE);
        }
    },
    POSTGRES {
        @Override
        public Contender create() {
            return new TaskMover("TaskMover postgresql", PostgresServer::url);
        }
    },
    JDBC_POSTGRES {
        @Override
        public Contender create() {
            return new JdbcPostgres();
        }
    },
    JDBI_POSTGRES {
        @Override
        public Contender create() {
            return new JdbiStore(Database.POSTGRES);
        }
    },
    JOOQ_POSTGRES {
        @Override
        public Contender create() {
            return new JooqStore(Database.POSTGRES);
        }
    },
    HIBERNATE_POSTGRES {
        @Override
        public Contender create() {
            return new HibernateStore(Database.POSTGRES);
        }
    },
    SPRING_POSTGRES {
        @Override
        public Contender create() {
            return new SpringStore(Database.POSTGRES);
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
            return new JacksonFiles(false);
        }
    },
    JACKSON_FILES_AT_ONCE {
        @Override
        public Contender create() {
            return new JacksonFiles(true);
        }
    };

    public abstract Contender create();

    /** The name under which its figures are reported. */
    String title() {
        return create().name();
    }

    /** Whether this version can create it. */
    boolean isAvailable() {
        return this != LINES || new FileProvider().options().contains("layout");
    }

    /** Whether it is this library over JSON files. */
    boolean isJsonStore() {
        return this == FILE || this == LINES;
    }

    /** Whether it differs from another one only in how it loads, and is asked for nothing else. */
    boolean onlyLoads() {
        return this == JACKSON_FILES_AT_ONCE;
    }

    /** Whether a million rows take it a reasonable time and space. */
    boolean isForMillions() {
        return isJsonStore()
                || this == MEMORY
                || this == SQLITE
                || this == POSTGRES
                || this == MAP
                || this == JDBC
                || this == JDBC_POSTGRES
                || this == ROCKSDB;
    }

    /** Whether its jobs are rows of a database: it is a {@link Relational}. */
    boolean isRelational() {
        return this == SQLITE
                || this == JDBC
                || this == JDBI
                || this == JOOQ
                || this == HIBERNATE
                || this == SPRING
                || isOnServer();
    }

    /** Whether its data are a server's, and not in its directory. */
    boolean isOnServer() {
        return name().endsWith("POSTGRES");
    }

    /** Whether nothing is left of its data after it is closed. */
    public boolean inMemory() {
        return this == MEMORY || this == MAP || this == NITRITE_MEMORY;
    }
}
