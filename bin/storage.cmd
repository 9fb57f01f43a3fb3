@echo off
rem The `storage` command, run from this checkout: built first when it is missing or older than its sources.
rem STORAGE_JAVA_OPTS is handed to Java, MAVEN_ARGS to Maven. The twin of bin/storage.
setlocal
for %%I in ("%~dp0..") do set "HOME_DIR=%%~fI"
set "JAR=%HOME_DIR%\storage-cli\target\storage.jar"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"

if not exist "%JAR%" (
    echo Building storage ^(first run, about a minute^)... 1>&2
    goto build
)
powershell -NoProfile -Command "$t = (Get-Item $env:JAR).LastWriteTime; $m = 'storage-core','storage-sql','storage-cli'; $p = @('pom.xml') + @($m | %% { $_ + '\pom.xml'; $_ + '\src\main' }); if (Get-ChildItem -Recurse -File ($p | %% { Join-Path $env:HOME_DIR $_ }) | ? LastWriteTime -gt $t) { exit 3 }"
if errorlevel 3 (
    echo Building storage ^(its sources have changed^)... 1>&2
    goto build
)
goto run

:build
pushd "%HOME_DIR%"
call mvn -q -B -ntp %MAVEN_ARGS% -Dquick -Dmaven.test.skip -pl storage-cli -am package 1>&2
if errorlevel 1 (
    popd
    echo storage: the build failed, see above 1>&2
    exit /b 1
)
popd
rem Maven leaves an unchanged jar as old as it was.
powershell -NoProfile -Command "(Get-Item $env:JAR).LastWriteTime = Get-Date"

:run
"%JAVA%" %STORAGE_JAVA_OPTS% -jar "%JAR%" %*
exit /b %errorlevel%
