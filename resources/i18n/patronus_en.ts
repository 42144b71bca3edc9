<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>StatusText</name>
    <message numerus="yes">
        <source>Held by %1 for %2; it is to come back to %n replica(s).</source>
        <translation>
            <numerusform>Held by %1 for %2; it is to come back to %n replica.</numerusform>
            <numerusform>Held by %1 for %2; it is to come back to %n replicas.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::BundleSession</name>
    <message numerus="yes">
        <source>%n log(s) of %1, as they were.</source>
        <translation>
            <numerusform>%n log of %1, as they were.</numerusform>
            <numerusform>%n logs of %1, as they were.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::ClusterPage</name>
    <message numerus="yes">
        <source>%n of %1 are not ready</source>
        <translation>
            <numerusform>%n of %1 is not ready</numerusform>
            <numerusform>%n of %1 are not ready</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::LogView</name>
    <message numerus="yes">
        <source>%1 line(s) are in %2.</source>
        <translation>
            <numerusform>%1 line is in %2.</numerusform>
            <numerusform>%1 lines are in %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Looking through %1 line(s)…</source>
        <translation>
            <numerusform>Looking through %1 line…</numerusform>
            <numerusform>Looking through %1 lines…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 line(s)</source>
        <translation>
            <numerusform>%1 of %2 line</numerusform>
            <numerusform>%1 of %2 lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 line(s)</source>
        <translation>
            <numerusform>%1 line</numerusform>
            <numerusform>%1 lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>paused, %1 new line(s) wait</source>
        <translation>
            <numerusform>paused, %1 new line waits</numerusform>
            <numerusform>paused, %1 new lines wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 older line(s) were dropped to stay within %2 MiB</source>
        <translation>
            <numerusform>%1 older line was dropped to stay within %2 MiB</numerusform>
            <numerusform>%1 older lines were dropped to stay within %2 MiB</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::MaintenanceView</name>
    <message numerus="yes">
        <source>The operator in %1: %2 of %n replica(s) are ready, image %3</source>
        <translation>
            <numerusform>The operator in %1: %2 of %n replica is ready, image %3</numerusform>
            <numerusform>The operator in %1: %2 of %n replicas are ready, image %3</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::Overview</name>
    <message numerus="yes">
        <source>%1 of %n Site(s)</source>
        <translation>
            <numerusform>%1 of %n Site</numerusform>
            <numerusform>%1 of %n Sites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n Policy(s)</source>
        <translation>
            <numerusform>%1 of %n Policy</numerusform>
            <numerusform>%1 of %n Policies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drift: %n object(s), as of %1 ago</source>
        <translation>
            <numerusform>Drift: %n object, as of %1 ago</numerusform>
            <numerusform>Drift: %n objects, as of %1 ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::PlanModel</name>
    <message numerus="yes">
        <source>The operator would take %n step(s), in this order:</source>
        <translation>
            <numerusform>The operator would take one step:</numerusform>
            <numerusform>The operator would take %n steps, in this order:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::Reports</name>
    <message numerus="yes">
        <source>%n backup(s) in %1.</source>
        <translation>
            <numerusform>%n backup in %1.</numerusform>
            <numerusform>%n backups in %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n write(s) by this user from this machine, in %1.</source>
        <translation>
            <numerusform>%n write by this user from this machine, in %1.</numerusform>
            <numerusform>%n writes by this user from this machine, in %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n check</numerusform>
            <numerusform>%n checks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::TopologyView</name>
    <message numerus="yes">
        <source>%n Site(s)</source>
        <translation>
            <numerusform>%n Site</numerusform>
            <numerusform>%n Sites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n link(s)</source>
        <translation>
            <numerusform>%n link</numerusform>
            <numerusform>%n links</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>patronus::WindowStatus</name>
    <message numerus="yes">
        <source>%n operation(s) running</source>
        <translation>
            <numerusform>%n operation running</numerusform>
            <numerusform>%n operations running</numerusform>
        </translation>
    </message>
</context>
</TS>
