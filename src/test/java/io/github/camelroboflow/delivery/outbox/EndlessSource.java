package io.github.camelroboflow.delivery.outbox;

import java.nio.file.Path;

/**
 * A program that puts one result after the other into an outbox and prints the id of each when it is committed, until it is
 * killed.
 */
final class EndlessSource {

    private EndlessSource() {
    }

    /** @param args the folder of the database, and where the results go */
    public static void main(String[] args) {
        OutboxProgram program = new OutboxProgram(Path.of(args[0])).start();
        for (int i = 0; true; i++) {
            String id = ProcessHandle.current().pid() + "-" + i;
            program.enqueue(args[1], id, "{\"number\": " + i + "}");
            System.out.println("committed " + id);
        }
    }
}
