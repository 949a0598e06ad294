package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings.ScaleSource;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.validation.StartChecks.RefusedFolder;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/** Checks the pairs of folders and models: an image must have one model, and end in a folder from which no other model takes it. */
final class WatchFolders {

    /** Names the template of the routes that watch the pairs. */
    static final String TEMPLATE = "watch-folders";

    /** @param name the property that has the folder */
    private record Folder(String watch, String name, Path path) {

        static List<Folder> of(Watch watch) {
            InboxSettings folders = watch.folders();
            String prefix = "watch." + watch.name() + ".";
            return List.of(new Folder(watch.name(), prefix + "inbox", folders.inbox()),
                    new Folder(watch.name(), prefix + "work", folders.work()),
                    new Folder(watch.name(), prefix + "done", folders.done()),
                    new Folder(watch.name(), prefix + "failed", folders.failed()));
        }

        private boolean isInbox() {
            return name.endsWith(".inbox");
        }
    }

    private WatchFolders() {
    }

    /** Checks that no folder of a pair is another folder of the program, or in one. */
    static void check(Settings settings, Path results, ConfigurationErrors mistakes) {
        List<Folder> folders = new ArrayList<>();
        settings.watches().forEach(watch -> folders.addAll(Folder.of(watch)));
        if (folders.isEmpty()) {
            return;
        }
        folders.add(new Folder("", "results", results));
        folders.add(new Folder("", "outbox.refused", settings.outbox().refused()));
        List<Path> real = folders.stream().map(folder -> RefusedFolder.path(folder.name(), folder.path().toString())).toList();
        for (int i = 0; i < folders.size(); i++) {
            for (int j = i + 1; j < folders.size(); j++) {
                Folder one = folders.get(i);
                Folder other = folders.get(j);
                boolean meet = real.get(i).startsWith(real.get(j)) || real.get(j).startsWith(real.get(i));
                // the start checks the folders of one pair, and of the program, as those of a program with one inbox
                if (meet && !one.watch().isEmpty() && (!one.watch().equals(other.watch()) || one.isInbox())) {
                    boolean same = real.get(i).equals(real.get(j));
                    mistakes.check(() -> refuse(one, other, same));
                }
            }
        }
    }

    private static void refuse(Folder one, Folder other, boolean same) {
        String relation = same ? " are the same folder" : " lie in each other";
        String reason = one.isInbox() && other.isInbox() ? ", so an image would have two models"
                : ", so images of one would come into the other";
        throw new IllegalArgumentException(one.name() + "=" + one.path() + " and " + other.name() + "=" + other.path() + relation
                + reason + ": give each a folder of its own");
    }

    /** Checks that the routes watch the pairs if there are any, and no others. */
    static void checkRoutes(CamelContext context, Settings settings, ConfigurationErrors mistakes) {
        ModelCamelContext model = (ModelCamelContext) context;
        boolean watchesPairs = model.getRouteTemplateDefinition(TEMPLATE) != null;
        boolean hasPairs = KnownProperties.set(context.getPropertiesComponent()).stream().anyMatch(Settings::isOfWatch);
        mistakes.check(() -> {
            if (watchesPairs && !hasPairs) {
                throw new IllegalArgumentException("the route " + TEMPLATE + " has nothing to watch: set watch.<name>.inbox and"
                        + " watch.<name>.model for each folder, such as watch.line-1.inbox=data/line-1");
            }
            if (!settings.watches().isEmpty() && model.getRouteDefinitions().stream().anyMatch(WatchFolders::usesTheOnlyInbox)) {
                throw new IllegalArgumentException("watch." + settings.watches().get(0).name() + ".inbox is set, but a route"
                        + " watches the folder of the property inbox alone: set routes=" + TEMPLATE + ", or remove the"
                        + " properties that begin with watch.");
            }
            if (!settings.watches().isEmpty() && settings.scale().source() == ScaleSource.FOLDER
                    && model.getRouteDefinitions().stream().anyMatch(WatchFolders::isOfRole)) {
                throw new IllegalArgumentException("watch." + settings.watches().get(0).name() + ".inbox is set, but the routes"
                        + " dispatch and work share the folder of the property inbox alone: remove the properties that begin with"
                        + " watch.");
            }
        });
    }

    private static boolean isOfRole(RouteDefinition route) {
        return route.getInput() != null
                && String.valueOf(route.getInput().getUri()).matches("master:.*:scheduler:(//)?dispatch\\b.*|references:.*");
    }

    private static boolean usesTheOnlyInbox(RouteDefinition route) {
        return route.getInput() != null && String.valueOf(route.getInput().getUri()).matches("file:.*[?&]processStrategy="
                + "(#|%23|RAW\\(#)(bean:)?inbox\\)?(&.*)?");
    }
}
