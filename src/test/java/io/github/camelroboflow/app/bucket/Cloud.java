package io.github.camelroboflow.app.bucket;

import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.BucketServer;
import io.github.camelroboflow.app.fixture.S3Server;
import java.nio.file.Path;
import java.util.Map;

/** The clouds whose buckets have the same promise, each with the server of its tests. */
enum Cloud {

    S3 {
        @Override
        BucketServer server(Path folder) {
            return new S3Server(folder);
        }

        @Override
        BucketServer withAnotherKey(Path folder) {
            return S3Server.withSecret(folder, "another");
        }

        @Override
        Map<String, String> credentials() {
            return Map.of("aws.accessKeyId", S3Server.KEY_ID, "aws.secretAccessKey", S3Server.SECRET);
        }
    },

    AZURE {
        @Override
        BucketServer server(Path folder) {
            return new AzuriteServer(folder);
        }

        @Override
        BucketServer withAnotherKey(Path folder) {
            return AzuriteServer.withKey(folder, "another");
        }

        @Override
        Map<String, String> credentials() {
            // the connection string holds them
            return Map.of();
        }

        /** Azure refuses control characters, and makes slashes of backslashes (so a folder could be hidden, as {@code ..} is). */
        @Override
        boolean canHave(String key) {
            return key.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\');
        }
    };

    /** Returns a server that is not started, with its buckets in a folder. */
    abstract BucketServer server(Path folder);

    /** Returns one that accepts no requests of the program. */
    abstract BucketServer withAnotherKey(Path folder);

    /** Returns further properties of a program in a process of its own. */
    abstract Map<String, String> credentials();

    /** Returns whether an object can have this key. */
    boolean canHave(String key) {
        return true;
    }
}
