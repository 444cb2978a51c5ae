#!/bin/sh
# Prey and predators (Lotka and Volterra). Sonde calls it once a member and forecast:
#   sh own-model.sh INPUT OUTPUT START END
# INPUT is a CSV of variable,index,value; OUTPUT must hold the same variables at the time END.
# Any program that reads and writes such a file will do in its place: your Fortran, Python, R, ...
LC_ALL=C awk -F, -v start="$3" -v end="$4" '
    NR > 1 { x[$1] = $3 }

    function prey(u, v)      { return x["growth"] * u - 0.4 * u * v }
    function predators(u, v) { return 0.1 * u * v - 0.4 * v }

    END {
        u = x["prey"]; v = x["predators"]
        n = int((end - start) / 0.02 + 0.999)
        h = (end - start) / n
        for (i = 0; i < n; i++) {                       # the midpoint rule
            p = u + h / 2 * prey(u, v)
            q = v + h / 2 * predators(u, v)
            u += h * prey(p, q)
            v += h * predators(p, q)
        }
        print "variable,index,value"
        printf "prey,0,%.17g\npredators,0,%.17g\ngrowth,0,%.17g\n", u, v, x["growth"]
    }' "$1" > "$2"
